"""``step``: one event, the next state, and what is to be done about it."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.events import MoreTime, PrintReceipt, Touched, UserEvent
from kiosk.operator.screens import (
    ExchangeDone,
    JournalView,
    MachineCounts,
    OperatorMenu,
    OperatorQuestion,
    SecondPerson,
    SelfTest,
    SheetEntry,
    SheetReview,
)
from kiosk.screens import (
    Balance,
    DepositInsert,
    DepositReview,
    EnterNumber,
    EnterPin,
    Failure,
    Goodbye,
    Menu,
    OutOfService,
    Problem,
    Scanning,
    Signup,
    Statement,
    Success,
    TransferAmount,
    TransferPayee,
    TransferReview,
    TransferText,
    Wait,
    Welcome,
    Withdraw,
)
from kiosk.session import answers as a
from kiosk.session import (
    deposit,
    exchange,
    finger,
    menu,
    money,
    operator,
    pin,
    receipt,
    signup,
    statement,
    timeouts,
    transfer,
    waiting,
    welcome,
    withdraw,
)
from kiosk.session.effects import Effect, PayOut, ReadService, TakesPin, WipeAllPins, WipePin
from kiosk.session.state import Exchanging, Limits, SigningUp, State
from kiosk.session.timeouts import Event
from kiosk.session.visit import Stepped

_SCREENS: dict[type, Callable[[State, UserEvent], Stepped]] = {
    Welcome: welcome.at_welcome,
    Goodbye: welcome.at_goodbye,
    EnterNumber: finger.at_number,
    EnterPin: pin.at_pin,
    Menu: menu.at_menu,
    Balance: menu.at_balance,
    Success: menu.at_success,
    Failure: menu.at_failure,
    Withdraw: withdraw.at_withdraw,
    DepositInsert: deposit.at_insert,
    DepositReview: deposit.at_review,
    TransferPayee: transfer.at_transfer,
    TransferAmount: transfer.at_transfer,
    TransferText: transfer.at_transfer,
    TransferReview: transfer.at_transfer,
    Statement: statement.at_statement,
    Signup: signup.at_form,
    Wait: waiting.at_wait,
    OutOfService: welcome.at_out_of_service,
    OperatorMenu: operator.at_menu,
    OperatorQuestion: operator.at_question,
    MachineCounts: operator.at_look,
    SelfTest: operator.at_look,
    JournalView: operator.at_journal,
    SheetEntry: exchange.at_entry,
    SheetReview: exchange.at_review,
    SecondPerson: exchange.at_second,
    ExchangeDone: exchange.at_done,
}
_OPERATORS: dict[type, Callable[[State, UserEvent], Stepped]] = {
    EnterPin: exchange.at_pin,
    Failure: operator.at_failure,
    Wait: operator.at_wait,
}
"""Screens of everybody's that an operator leaves by other ways."""


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """Return the next state and the effects to perform, in their order.

    Pure: the same state and event give the same result, and nothing else is touched. An event
    that means nothing on the present screen changes nothing but the time-out.
    """
    after, effects = _act(state, event)
    effects = _wiped(state, after, effects)
    after, timers = timeouts.settle(state, after, event)
    return after, (*effects, *timers)


def begin(state: State) -> tuple[State, tuple[Effect, ...]]:
    """Return the first effects of a session: its timers and a first look at the machine."""
    state, timers = timeouts.settle(state, state, Touched())
    return state, (ReadService(), *timers)


def _act(state: State, event: Event) -> Stepped:
    match event:
        case a.TimerRang():
            return timeouts.rang(state, event)
        case a.ServiceRead(service=service):
            return welcome.service_read(state, service)
        case a.LimitsRead(visit=visit, limits=limits):
            return _limits(state, visit, limits)
        case a.SessionLost(visit=visit) if visit != state.visit:
            return state, ()
        case a.SessionLost():
            lost = operator.session_lost if state.operator else waiting.session_lost
            return lost(state)
        case a.ProofMade(visit=visit, proof=proof):
            return (replace(state, proof=proof) if visit == state.visit else state), ()
        case a.ReceiptEnded():
            return receipt.ended(state, event)
    if isinstance(event, a.Answer):
        return _answered(state, event)
    if isinstance(event, MoreTime | Touched):
        return state, ()
    if isinstance(event, PrintReceipt):
        return receipt.wanted(state)
    if isinstance(state.screen, Scanning):
        signing_up = isinstance(state.task, SigningUp)
        scan = signup.at_scanning if signing_up else finger.at_scanning
        return scan(state, event)
    act = _SCREENS.get(type(state.screen))
    if state.operator is not None:
        act = _OPERATORS.get(type(state.screen), act)
    return act(state, event) if act else (state, ())


def _limits(state: State, visit: int, limits: Limits) -> Stepped:
    customer = state.customer
    if visit != state.visit or customer is None:
        return state, ()
    customer = replace(customer, limits=limits)
    state = replace(state, customer=customer)
    match state.screen:
        case Withdraw() as shown:
            return state.at(withdraw.refreshed(state, customer, shown)), ()
        case TransferAmount() as shown:
            left = replace(shown, left_today_minor=limits.transfer_left_minor)
            return state.at(left), ()
    return state, ()


def _answered(state: State, event: a.Answer) -> Stepped:
    """Send an answer to the step that waits for it; late ones to ``waiting.late``."""
    if state.reading and event.number == state.reading:
        return _finger(state, event)
    if not state.waiting or event.number != state.waiting:
        return waiting.late(state, event)
    if isinstance(event, money.Progress):
        return money.progressed(state, event)
    state = replace(state, waiting=0)
    if state.operator is not None:
        if isinstance(state.task, Exchanging) or isinstance(event, a.SafeOpened):
            return exchange.answered(state, event)
        return operator.answered(state, event)
    match event:
        case a.Identified():
            return finger.identified(state, event)
        case a.LoggedIn():
            return pin.logged_in(state, event)
        case a.PinRefused():
            return pin.refused(state, event)
        case a.BalanceRead():
            return menu.balance_read(state, event)
        case a.StatementRead():
            return statement.read(state, event)
        case a.PayeeFound():
            return transfer.payee_found(state, event)
        case a.NotesInEscrow():
            return money.escrowed(state, event)
        case a.MoneyDone():
            return money.done(state, event)
        case a.NewPinKept():
            return signup.pin_kept(state)
        case a.NewPinTooEasy():
            return signup.pin_too_easy(state)
        case a.NewPinsCompared():
            return signup.pins_compared(state, event)
        case a.SignupBegun():
            return signup.begun(state, event)
        case a.SignupRefused():
            return signup.refused(replace(state, committed=False), event)
        case a.SignedUp():
            return signup.signed_up(state, event)
        case a.CallFailed(problem=problem, reference=reference):
            return waiting.failed(state, problem, reference)
    return waiting.broke(state)


def _finger(state: State, event: a.Answer) -> Stepped:
    if state.operator is not None:
        return exchange.finger(state, event)
    task = state.task
    signing_up = task if isinstance(task, SigningUp) else None
    match event:
        case a.FingerStage():
            return signup.staged(state, event) if signing_up else finger.staged(state, event)
        case a.FingerRead():
            return (
                signup.read(state, signing_up, event) if signing_up else finger.read(state, event)
            )
        case a.FingerFailed():
            failed = event
        case _:
            failed = a.FingerFailed(event.number, Problem.READER_FAILED)
    if signing_up:
        return signup.failed(state, signing_up, failed)
    return finger.failed(state, failed)


def _wiped(before: State, after: State, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Wipe the PIN entry whenever it is left without the PIN being taken out of it."""
    if _new_pin(before) and not _new_pin(after):
        return (WipeAllPins(), *effects)
    if not isinstance(before.screen, EnterPin):
        return effects
    same = isinstance(after.screen, EnterPin) and after.screen.use is before.screen.use
    if same or any(_takes_pin(e) for e in effects):
        return effects
    return (WipePin(), *effects)


def _takes_pin(effect: Effect) -> bool:
    return isinstance(effect, TakesPin) and (not isinstance(effect, PayOut) or effect.with_pin)


def _new_pin(state: State) -> bool:
    """Whether a new PIN may be kept for its repetition or its registration."""
    chosen = isinstance(state.task, SigningUp) and state.task.ticket is not None
    return chosen and isinstance(state.screen, EnterPin | Wait)
