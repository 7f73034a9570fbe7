"""Welcome, goodbye, out of service: the screens of nobody."""

from dataclasses import replace

from kiosk.events import Cancel, Confirm, Finish, SignupStart, TouchStart, UseNumber, UserEvent
from kiosk.operator.screens import OperatorMenu
from kiosk.screens import (
    EnterNumber,
    Goodbye,
    Menu,
    OutOfService,
    Problem,
    Wait,
    Welcome,
    Work,
)
from kiosk.screens import Withdraw as WithdrawScreen
from kiosk.session import finger, operator, signup, withdraw
from kiosk.session.state import LoggingIn, Service, State
from kiosk.session.visit import Stepped, begin, idle_screen, menu_screen


def at_welcome(state: State, event: UserEvent) -> Stepped:
    """Somebody comes."""
    screen = state.screen
    if not isinstance(screen, Welcome):
        return state, ()
    if not state.service.bank:
        return state.at(replace(screen, problem=Problem.BANK_AWAY)), ()
    match event:
        case TouchStart() if screen.reader:
            return finger.start(begin(state))
        case TouchStart() | UseNumber() if screen.number_login:
            state = replace(begin(state), task=LoggingIn())
            return state.at(EnterNumber()), ()
        case TouchStart():
            return state.at(replace(screen, problem=Problem.READER_FAILED)), ()
        case SignupStart() if screen.signup:
            return signup.start(begin(state))
    return state, ()


def at_out_of_service(state: State, event: UserEvent) -> Stepped:
    """An operator comes; nobody else gets further than the PIN."""
    if state.committed or state.service.out_of_service is None:
        return state, ()
    match event:
        case TouchStart() if state.service.bank and state.service.reader:
            return finger.start(begin(state))
    return state, ()


def at_goodbye(state: State, event: UserEvent) -> Stepped:
    """Thanks are over at a touch; the next customer need not wait."""
    match event:
        case TouchStart() | UseNumber() | SignupStart():
            idle = state.at(idle_screen(state))
            return at_welcome(idle, event) if isinstance(idle.screen, Welcome) else (idle, ())
        case Confirm() | Cancel() | Finish():
            return state.at(idle_screen(state)), ()
    return state, ()


def service_read(state: State, service: Service) -> Stepped:
    """Devices, journal and bank have been looked at: show it where it matters."""
    state = replace(state, service=service)
    match state.screen:
        case Wait(work=Work.STARTING) if state.waiting == 0:
            if service.bank or service.out_of_service is not None:
                return state.at(idle_screen(state)), ()
        case OutOfService() if not state.committed:
            return state.at(idle_screen(state)), ()
        case Welcome(problem=problem):
            reader_back = problem is Problem.READER_FAILED and service.reader
            if problem is Problem.BANK_AWAY or reader_back:
                problem = None
            return state.at(idle_screen(state, problem)), ()
        case OperatorMenu(problem=problem) if state.operator is not None:
            return state.at(operator.menu_screen(state, problem)), ()
        case Menu(problem=problem) if state.customer is not None:
            return state.at(menu_screen(state, state.customer, problem)), ()
        case WithdrawScreen() as shown if state.customer is not None:
            return state.at(withdraw.refreshed(state, state.customer, shown)), ()
    return state, ()


def started(state: State) -> Stepped:
    """The bank has not come within the time of a start: say so, and serve when it comes."""
    return state.at(idle_screen(state)), ()


def show_over(state: State) -> Stepped:
    """Goodbye has been seen."""
    return (state.at(idle_screen(state)) if isinstance(state.screen, Goodbye) else state), ()
