"""Money in flight: its progress on the screen, and its end."""

from dataclasses import replace

from kiosk.screens import (
    MoneyState,
    OutOfService,
    PinUse,
    Problem,
    Success,
    TakeBackNotes,
    TakeCash,
    Wait,
)
from kiosk.session import deposit, receipt, transfer
from kiosk.session.answers import (
    CashPresented,
    MoneyDone,
    NotesCounted,
    NotesInEscrow,
    NotesOffered,
    SlotOpened,
    Working,
)
from kiosk.session.effects import ReadLimits
from kiosk.session.state import Depositing, State, Transferring, Withdrawing, pin_screen
from kiosk.session.visit import Stepped, end, fail, idle_screen, to_menu

Progress = Working | CashPresented | NotesOffered | NotesCounted | SlotOpened
_PIN_WRONG = (Problem.PIN_WRONG, Problem.PIN_LAST_TRY)


def progressed(state: State, event: Progress) -> Stepped:
    """Show how far the machine is. Notes that lie in the tray are shown whoever stands there."""
    match event:
        case Working(work=work) if isinstance(state.screen, Wait | TakeCash | TakeBackNotes):
            state = replace(state, reference=event.reference)
            return (state if state.screen == Wait(work, True) else state.at(Wait(work))), ()
        case CashPresented():
            return state.at(TakeCash(event.amount_minor, event.notes, event.seconds_left)), ()
        case NotesOffered():
            return state.at(TakeBackNotes(event.counted, event.seconds_left)), ()
        case NotesCounted():
            return deposit.notes_counted(state, event)
        case SlotOpened():
            return deposit.slot_opened(state)
    return state, ()


def escrowed(state: State, event: NotesInEscrow) -> Stepped:
    """A deposit's notes are counted."""
    return deposit.in_escrow(state, event)


def done(state: State, event: MoneyDone) -> Stepped:
    """A movement has ended; what it says about the money is what is durable."""
    state = replace(state, committed=False)
    if event.out_of_service:
        service = replace(
            state.service,
            can_withdraw=False,
            can_deposit=False,
            out_of_service=event.problem or Problem.DEVICE_FAULT,
            reference=event.reference,
        )
        state = replace(state, service=service)
    customer, task = state.customer, state.task
    if customer is None:
        # The customer was sent away while it was unknown; nobody else has been served since.
        return replace(state, task=None, screen=idle_screen(state)), ()
    if not event.ok:
        return _refused(state, event)
    if isinstance(task, Depositing) and not task.storing:
        return end(state) if task.leaving else to_menu(state)
    if event.money is MoneyState.CREDIT_FOLLOWS:
        return _refused(state, replace(event, problem=event.problem or Problem.BANK_AWAY))
    success = _success(state, event)
    limits = ReadLimits(state.visit, customer.login, customer.account)
    return receipt.offer(replace(state, task=None, screen=success)), (limits,)


def _success(state: State, event: MoneyDone) -> Success:
    account = state.customer.account if state.customer else None
    match state.task:
        case Transferring(payee=payee):
            name = payee.name if payee else ""
            return Success("transfer", event.amount_minor, event.reference, account, name)
        case Depositing():
            return Success("deposit", event.amount_minor, event.reference, account)
    return Success("withdraw", event.amount_minor, event.reference, account)


def _refused(state: State, event: MoneyDone) -> Stepped:
    task, problem = state.task, event.problem or Problem.MACHINE_FAULT
    if problem in _PIN_WRONG and event.money is MoneyState.UNTOUCHED:
        match task:
            case Withdrawing(chosen=chosen):
                return state.at(
                    pin_screen(
                        state.rules,
                        PinUse.CONFIRM,
                        tries_left=event.tries_left,
                        amount_minor=chosen.amount_minor,
                        problem=problem,
                    )
                ), ()
            case Transferring():
                return state.at(
                    transfer.confirm_pin(state, task, tries_left=event.tries_left, problem=problem)
                ), ()
    state, effects = fail(state, problem, event.money, event.amount_minor, event.reference)
    return receipt.offer(state), effects


def in_doubt(state: State) -> Stepped:
    """The wait is over and nothing is known: say just that. The outcome is still awaited."""
    if state.customer is None:
        screen = OutOfService(Problem.STILL_UNKNOWN, state.reference)
        return replace(state, task=None, screen=screen), ()
    amount_minor = 0
    match state.task:
        case Withdrawing(chosen=chosen):
            amount_minor = chosen.amount_minor or 0
        case Transferring(amount_minor=known):
            amount_minor = known or 0
        case Depositing(counted=counted):
            amount_minor = sum(n.denomination_minor * n.count for n in counted)
    return fail(
        state,
        Problem.STILL_UNKNOWN,
        MoneyState.IN_DOUBT,
        amount_minor,
        state.reference,
        back_to_menu=False,
    )


def broke(state: State) -> Stepped:
    """The effect itself failed: the money may have moved, and the machine stops for a person."""
    return done(
        state,
        MoneyDone(0, False, Problem.MACHINE_FAULT, MoneyState.IN_DOUBT, 0, "", out_of_service=True),
    )
