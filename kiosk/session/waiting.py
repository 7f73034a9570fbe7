"""Waits: given up by the customer, ended by an answer or its absence, or answered too late."""

from dataclasses import replace

from kiosk.events import Back, Cancel, Finish, UserEvent
from kiosk.screens import DepositInsert, DepositReview, Failure, Problem, Success, Wait, Work
from kiosk.session import (
    deposit,
    exchange,
    finger,
    money,
    operator,
    signup,
    transfer,
    welcome,
)
from kiosk.session.answers import Answer, LoggedIn, SignupRefused
from kiosk.session.effects import EndSession
from kiosk.session.state import Exchanging, LoggingIn, SigningUp, State, Transferring
from kiosk.session.visit import Stepped, end, fail, to_menu


def at_wait(state: State, event: UserEvent) -> Stepped:
    """Cancel works until something is committed."""
    if state.committed or not state.waiting:
        return state, ()
    match event:
        case Cancel() | Back() if isinstance(state.task, SigningUp):
            return signup.to_review(state)
        case Cancel() | Back():
            return to_menu(state)
        case Finish():
            return end(state)
    return state, ()


def failed(state: State, problem: Problem, reference: str = "") -> Stepped:
    """A call that moves no money could not be done."""
    match state.task:
        case LoggingIn():
            return finger.refused(state, problem, reference)
        case Transferring() if problem in (Problem.PAYEE_UNKNOWN, Problem.PAYEE_SELF):
            return transfer.payee_refused(state, problem)
        case SigningUp():
            return signup.refused(replace(state, committed=False), SignupRefused(0, problem))
    return fail(state, problem, reference=reference)


def too_long(state: State) -> Stepped:
    """The time of a wait has passed."""
    match state.screen:
        case Wait(work=Work.STARTING):
            return welcome.started(state)
    if state.operator is not None:
        return _operator_failed(state, Problem.BANK_AWAY)
    if not state.committed:
        return failed(replace(state, waiting=0), Problem.BANK_AWAY)
    if isinstance(state.task, SigningUp):
        return signup.unknown(replace(state, waiting=0))
    return money.in_doubt(state)


def broke(state: State) -> Stepped:
    """An effect ended in a way nobody foresaw."""
    if state.operator is not None:
        return _operator_failed(state, Problem.MACHINE_FAULT)
    if not state.committed and not isinstance(state.screen, DepositInsert):
        return failed(state, Problem.MACHINE_FAULT)
    if isinstance(state.task, SigningUp):
        return signup.unknown(state)
    return money.broke(state)


def _operator_failed(state: State, problem: Problem) -> Stepped:
    state = replace(state, waiting=0, committed=False)
    if isinstance(state.task, Exchanging):
        return exchange.failed(state, problem)
    return operator.failed(state, problem)


def late(state: State, event: Answer) -> Stepped:
    """An answer nobody waits for changes nothing; a session it has opened is closed."""
    if isinstance(event, LoggedIn) and (
        state.customer is None or state.customer.login.session != event.login.session
    ):
        return state, (EndSession(event.login),)
    return state, ()


def leave(state: State) -> Stepped:
    """Nobody answered: end the visit. Notes in the machine are given back first."""
    if isinstance(state.screen, DepositInsert | DepositReview):
        return deposit.give_back(state, leaving=True)
    return end(state)


def session_lost(state: State) -> Stepped:
    """The bank has ended the session. A deposit goes on: its credit needs none. What a movement
    came to stays on the screen, with its reference and its receipt.
    """
    if state.customer is None or state.committed:
        return state, ()
    match state.screen:
        case DepositInsert() | DepositReview() | Success():
            return state, ()
        case Failure() as ended:
            # What became of the money, and under which reference, is not to be painted over.
            return state.at(replace(ended, back_to_menu=False)), ()
    return fail(replace(state, waiting=0), Problem.SESSION_ENDED)
