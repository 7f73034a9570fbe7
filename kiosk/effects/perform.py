"""An effect goes to its module; what it answers goes to the session."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.effects import accounts, identity, money, operator, signup
from kiosk.effects.ports import World
from kiosk.screens import Problem
from kiosk.session import Event
from kiosk.session import effects as e
from kiosk.session.answers import ReceiptEnded, ServiceRead

Report = Callable[[Event], None]


def perform(world: World, effect: e.Effect, pin: bytearray | None, report: Report) -> Event | None:
    """Carry out an effect on a worker thread; return its answer, if it has one."""
    match effect:
        case e.ReadFinger():
            return identity.read(world, effect, report)
        case e.Identify() | e.LookUp():
            return identity.find(world, effect)
        case e.ProveLogin() if pin is not None:
            return identity.log_in(world, effect, pin, report)
        case e.EndSession():
            identity.log_out(world, effect)
        case e.ReadBalance():
            return accounts.balance(world, effect)
        case e.ReadLimits():
            return accounts.limits(world, effect)
        case e.ReadStatement():
            return accounts.statement(world, effect)
        case e.FindPayee():
            return accounts.payee(world, effect)
        case e.PayOut():
            return money.pay_out(world, effect, pin, report)
        case e.SendMoney() if pin is not None:
            return money.send(world, effect, pin, report)
        case e.OpenSlot() | e.CountNotes() | e.ReopenSlot() | e.StoreNotes() | e.ReturnNotes():
            return money.deposit(world, effect, report)
        case e.BeginSignup():
            return signup.begin(world, effect)
        case e.FinishSignup() if pin is not None:
            return signup.finish(world, effect, pin, report)
        case e.Print():
            return ReceiptEnded(effect.visit, world.print_slip(effect.slip))
        case e.Approve() if pin is not None:
            return operator.approve(world, effect, pin, report)
        case e.ApproveAsSecond() if pin is not None:
            return operator.approve_as_second(world, effect, pin, report)
        case (
            e.KeepOperator()
            | e.ReadCounts()
            | e.RunSelfTest()
            | e.ReadJournal()
            | e.OpenSafe()
            | e.KeepSheet()
            | e.CloseSafe()
            | e.GiveUpExchange()
            | e.ServeCustomers()
            | e.Restart()
        ):
            return operator.perform(world, effect)
        case e.ReadService():
            return service(world)
    return None


def service(world: World) -> ServiceRead:
    """Look at devices, journal, reader and bank."""
    servers = tuple((s.name, s.healthy) for s in world.bank.health())
    machine, denied = world.cash.service(), world.bank.denied()
    if denied:
        why = Problem.NOT_ENROLLED if world.bank.must_enrol() else Problem.TERMINAL_DENIED
        machine = replace(machine, out_of_service=why)
    found = replace(
        machine,
        bank=world.greeted() and not denied and any(healthy for _, healthy in servers),
        servers=servers,
        reader=world.readers.there,
        receipts=world.printer_ready(),
    )
    return ServiceRead(found)
