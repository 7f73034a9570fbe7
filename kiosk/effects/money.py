"""Money: the PIN's proof over an order, and the cash machine's calls."""

from collections.abc import Callable

from kiosk.effects.failures import shown
from kiosk.effects.ports import MoneyProgress, Prove, World
from kiosk.pinpad import wipe
from kiosk.session.answers import MoneyDone, NotesInEscrow, ProofMade, SlotOpened
from kiosk.session.effects import (
    CountNotes,
    OpenSlot,
    PayOut,
    ReopenSlot,
    ReturnNotes,
    SendMoney,
    StoreNotes,
)
from protocol.messages.pin import PinProof

Report = Callable[[MoneyProgress | ProofMade], None]
DepositEffect = OpenSlot | CountNotes | ReopenSlot | StoreNotes | ReturnNotes


def pay_out(world: World, effect: PayOut, pin: bytearray | None, report: Report) -> MoneyDone:
    """Withdraw; ``pin`` is wiped whatever comes of it."""
    try:
        prove = None if pin is None else _prover(world, effect, pin, report)
        return world.cash.withdraw(effect, prove, report)
    finally:
        if pin is not None:
            wipe(pin)


def send(world: World, effect: SendMoney, pin: bytearray, report: Report) -> MoneyDone:
    """Transfer; ``pin`` is wiped whatever comes of it."""
    try:
        return world.cash.transfer(effect, _prover(world, effect, pin, report), report)
    finally:
        wipe(pin)


def deposit(
    world: World, effect: DepositEffect, report: Report
) -> MoneyDone | SlotOpened | NotesInEscrow:
    """One act of a deposit."""
    match effect:
        case OpenSlot():
            return world.cash.deposit_begin(effect, report)
        case CountNotes(number=number):
            return world.cash.deposit_count(number)
        case ReopenSlot(number=number):
            return world.cash.deposit_more(number)
        case StoreNotes(number=number):
            return world.cash.deposit_store(number)
        case ReturnNotes(number=number):
            return world.cash.deposit_return(number)


def _prover(world: World, effect: PayOut | SendMoney, pin: bytearray, report: Report) -> Prove:
    login = effect.login

    def prove(body: bytes) -> PinProof:
        return world.bank.prove_body(
            login.session,
            login.credential,
            "txn",
            body,
            pin,
            lambda facts: report(ProofMade(effect.visit, shown(facts))),
        )

    return prove
