"""The PIN: at login, before money moves, and chosen at sign-up. Only its length is known here."""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Finish,
    ForgotPin,
    PinBackspace,
    PinClear,
    PinDigit,
    PinEnter,
    UserEvent,
)
from kiosk.screens import EnterPin, PinUse, Problem, Work
from kiosk.session import operator, signup, transfer, withdraw
from kiosk.session.answers import LoggedIn, PinRefused
from kiosk.session.effects import EndSession, ProveLogin, PutDigit, ReadLimits, TakeDigit, WipePin
from kiosk.session.state import (
    Customer,
    LoggingIn,
    SigningUp,
    State,
    Transferring,
    Withdrawing,
    pin_screen,
)
from kiosk.session.visit import Stepped, end, fail, to_menu, wait


def at_pin(state: State, event: UserEvent) -> Stepped:
    """Digits, and what to do with them."""
    screen = state.screen
    if not isinstance(screen, EnterPin):
        return state, ()
    match event:
        case PinDigit(digit) if 0 <= digit <= 9 and screen.filled < screen.maximum:
            return state.at(replace(screen, filled=screen.filled + 1)), (PutDigit(digit),)
        case PinBackspace() if screen.filled > 0:
            return state.at(replace(screen, filled=screen.filled - 1)), (TakeDigit(),)
        case PinClear():
            return state.at(replace(screen, filled=0)), (WipePin(),)
        case PinEnter() if screen.filled >= screen.minimum:
            return _entered(state)
        case ForgotPin() if screen.use in (PinUse.LOGIN, PinUse.CONFIRM):
            return fail(state, Problem.PIN_FORGOTTEN)
        case Back():
            return _back(state)
        case Cancel() if screen.use is PinUse.CONFIRM:
            return to_menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _entered(state: State) -> Stepped:
    match state.task:
        case LoggingIn(factor1=factor1) if factor1 is not None:
            state, number = wait(state, Work.CHECKING_PIN)
            return state, (ProveLogin(number, state.visit, factor1),)
        case Withdrawing(chosen=chosen):
            return withdraw.pay(state, chosen, with_pin=True)
        case Transferring():
            return transfer.send(state)
        case SigningUp():
            return signup.pin_entered(state)
    return end(state)


def _back(state: State) -> Stepped:
    match state.task:
        case Withdrawing(chosen=chosen) if state.customer is not None:
            shown = withdraw.refreshed(state, state.customer, chosen)
            return replace(state, task=None, screen=shown), ()
        case Transferring(review=review) if review is not None:
            return state.at(review), ()
        case SigningUp():
            return signup.to_review(state)
    return end(state)


def logged_in(state: State, event: LoggedIn) -> Stepped:
    """The PIN was right."""
    login = event.login
    staff = operator.ROLE in login.roles
    if staff and login.finger:
        return operator.begin(state, login)
    problem = Problem.NOT_OPERATOR if staff else state.service.out_of_service
    if problem is None and not login.accounts:
        problem = Problem.ACCOUNT_CLOSED
    if problem is not None:
        # Out of service, the way in that is left open is an operator's.
        state, effects = fail(replace(state, customer=None, task=None), problem, back_to_menu=False)
        return state, (*effects, EndSession(login))
    customer = Customer(login, login.accounts[0])
    shown, _ = to_menu(replace(state, customer=customer))
    return shown, (ReadLimits(shown.visit, login, customer.account),)


def refused(state: State, event: PinRefused) -> Stepped:
    """The PIN was wrong: again, with the tries that are left."""
    if event.tries_left == 0:
        return fail(state, Problem.PIN_LOCKED, back_to_menu=False)
    return state.at(
        pin_screen(
            state.rules,
            PinUse.LOGIN,
            tries_left=event.tries_left,
            # Who came by a number is not told how many are left: nor whether there is an account.
            problem=Problem.PIN_WRONG_BY_NUMBER
            if event.tries_left is None
            else wrong(event.tries_left),
        )
    ), ()


def wrong(tries_left: int | None) -> Problem:
    """Whether a wrong PIN was the last but one."""
    return Problem.PIN_LAST_TRY if tries_left == 1 else Problem.PIN_WRONG
