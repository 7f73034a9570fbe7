"""The frame of a visit: the welcome screen, a customer's beginning and end, the menu."""

from dataclasses import replace

from kiosk.cash import plan
from kiosk.screens import (
    Failure,
    Goodbye,
    Menu,
    Mix,
    MoneyState,
    OutOfService,
    Problem,
    Screen,
    Wait,
    Welcome,
    Work,
)
from kiosk.session.effects import Effect, EndSession, StopReading, WipeAllPins
from kiosk.session.state import Customer, State

_ENDS_SESSION = frozenset(
    # After the last of these the customer has gone away from the notes, so perhaps for good.
    {
        Problem.SESSION_ENDED,
        Problem.PIN_LOCKED,
        Problem.PIN_BLOCKED,
        Problem.TERMINAL_DENIED,
        Problem.NOT_ENROLLED,
        Problem.CASH_NOT_TAKEN,
    }
)
Stepped = tuple[State, tuple[Effect, ...]]


def idle_screen(state: State, problem: Problem | None = None) -> Screen:
    """What the machine shows when nobody is there."""
    service = state.service
    if service.out_of_service is not None:
        away = Problem.READER_FAILED if not service.reader else None
        away = Problem.BANK_AWAY if not service.bank else away
        return OutOfService(service.out_of_service, service.reference, staff_problem=away)
    if not service.bank:
        problem = Problem.BANK_AWAY
    pays = service.bank and service.can_withdraw
    return Welcome(
        reader=service.reader,
        number_login=state.rules.number_login,
        signup=state.rules.signup and service.reader and service.bank,
        pays_minor=tuple(n.denomination_minor for n in service.payable if n.count > 0)
        if pays
        else (),
        takes_notes=service.bank and service.can_deposit,
        receipts=service.receipts,
        problem=problem,
    )


def begin(state: State) -> State:
    """Return the state in which a new visit has begun."""
    return replace(state, visit=state.visit + 1, proof=None)


def end(state: State, problem: Problem | None = None) -> Stepped:
    """Forget the customer: goodbye to one who was logged in, else the welcome screen."""
    effects: list[Effect] = [WipeAllPins()]
    if state.reading:
        effects.append(StopReading(state.reading))
    customer, operator = state.customer, state.operator
    for person in (customer, operator):
        if person is not None:
            effects.append(EndSession(person.login))
    gone = replace(
        state,
        visit=state.visit + 1,
        waiting=state.waiting if state.committed else 0,
        reading=0,
        customer=None,
        operator=None,
        task=None,
        asked_s=None,
    )
    if state.committed:
        # The outcome is still open: nobody else is served until it is known.
        return gone.at(OutOfService(Problem.STILL_UNKNOWN, state.reference)), tuple(effects)
    idle = idle_screen(gone, problem)
    if customer is not None and isinstance(idle, Welcome):
        return gone.at(Goodbye(customer.login.first_name)), tuple(effects)
    return gone.at(idle), tuple(effects)


def menu_screen(state: State, customer: Customer, problem: Problem | None = None) -> Menu:
    """The menu with what is possible right now."""
    service, rules = state.service, state.rules
    can_withdraw = service.bank and service.can_withdraw
    quick = tuple(
        sum_minor
        for sum_minor in rules.quick_minor
        if can_withdraw and plan(service.payable, sum_minor, Mix.FEWEST)
    )
    return Menu(
        first_name=customer.login.first_name,
        account=customer.account,
        accounts=customer.login.accounts,
        quick_minor=quick,
        can_withdraw=can_withdraw,
        can_deposit=service.bank and service.can_deposit,
        problem=problem,
    )


def to_menu(state: State, problem: Problem | None = None) -> Stepped:
    """Give up the task and show the menu; without a customer, end the visit."""
    if state.customer is None:
        return end(state, problem)
    shown = menu_screen(state, state.customer, problem)
    return replace(state, task=None, waiting=0, screen=shown), ()


def fail(
    state: State,
    problem: Problem,
    money: MoneyState = MoneyState.UNTOUCHED,
    amount_minor: int = 0,
    reference: str = "",
    *,
    back_to_menu: bool | None = None,
) -> Stepped:
    """Show what went wrong; if ``back_to_menu`` is not said, it is while somebody is logged in."""
    back = state.customer is not None if back_to_menu is None else back_to_menu
    back = back and problem not in _ENDS_SESSION
    screen = Failure(problem, money, amount_minor, reference, back)
    task = state.task if state.committed else None
    return replace(state, task=task, screen=screen), ()


def wait(state: State, work: Work) -> tuple[State, int]:
    """Show a wait for a fresh number, which the caller gives to the effect."""
    state, number = state.numbered()
    return replace(state, waiting=number, screen=Wait(work)), number


def commit(state: State, work: Work) -> tuple[State, int]:
    """As ``wait``, for what must be brought to its end."""
    state, number = wait(state, work)
    return replace(state, committed=True, reference=""), number
