"""An operator at the machine: the menu, and what only looks or asks once.

An operator logs in like anybody and never is a customer: ``State.customer`` stays empty, so none of
a customer's steps can be reached. The exchange has a module of its own.
"""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Choose,
    Confirm,
    Finish,
    Newer,
    Older,
    UserEvent,
)
from kiosk.operator.screens import (
    Act,
    JournalView,
    MachineCounts,
    OperatorMenu,
    OperatorQuestion,
    Purpose,
    SelfTest,
)
from kiosk.screens import Problem, Work
from kiosk.session import answers as a
from kiosk.session.effects import (
    Effect,
    GiveUpExchange,
    OpenSafe,
    ReadCounts,
    ReadJournal,
    ReadService,
    Restart,
    RunSelfTest,
    ServeCustomers,
)
from kiosk.session.state import Browsing, Login, Operator, State
from kiosk.session.visit import Stepped, commit, end, wait

ROLE = "operator"
_ACTS: dict[str, Act] = {
    "out_of_service": "out_of_service",
    "in_service": "in_service",
    "restart": "restart",
    "reboot": "reboot",
    "give_up": "give_up",
}
_PURPOSES: dict[str, Purpose] = {"replenish": "replenish", "balance": "balance"}


def begin(state: State, login: Login) -> Stepped:
    """An operator's PIN was right."""
    return menu(replace(state, operator=Operator(login), customer=None))


def menu(state: State, problem: Problem | None = None) -> Stepped:
    """Give up what was being looked at and show the menu; the machine is looked at anew."""
    state = replace(state, task=None, waiting=0, committed=False)
    return state.at(menu_screen(state, problem)), (ReadService(),)


def menu_screen(state: State, problem: Problem | None = None) -> OperatorMenu:
    """The menu as the machine is now."""
    service, operator = state.service, state.operator
    return OperatorMenu(
        first_name="" if operator is None else operator.login.first_name,
        closed=service.closed,
        exchange=service.exchange,
        pending=service.pending,
        can_reboot=state.rules.can_reboot,
        problem=problem,
    )


def at_menu(state: State, event: UserEvent) -> Stepped:
    """What to do."""
    operator, service = state.operator, state.service
    if operator is None:
        return end(state)
    match event:
        case Choose("counts"):
            state, number = wait(state, Work.LOOKING)
            return state, (ReadCounts(number),)
        case Choose("self_test"):
            state, number = wait(state, Work.LOOKING)
            return state, (RunSelfTest(number),)
        case Choose("journal"):
            return _browse(state, Browsing())
        case Choose(what) if what in _PURPOSES:
            purpose = service.exchange or _PURPOSES[what]
            state, number = wait(state, Work.LOOKING)
            return state, (OpenSafe(number, operator.login, purpose),)
        case Choose(what) if what in _ACTS and _makes_sense(state, _ACTS[what]):
            return state.at(OperatorQuestion(_ACTS[what])), ()
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _makes_sense(state: State, act: Act) -> bool:
    match act:
        case "out_of_service":
            return not state.service.closed
        case "in_service":
            return state.service.closed
        case "give_up":
            return state.service.exchange is not None
        case "reboot":
            return state.rules.can_reboot
    return True


def at_question(state: State, event: UserEvent) -> Stepped:
    """Yes, or back."""
    screen, operator = state.screen, state.operator
    if not isinstance(screen, OperatorQuestion) or operator is None:
        return end(state)
    match event:
        case Confirm():
            # Not given up half-way: what comes of it is waited for.
            state, number = commit(state, Work.LOOKING)
            return state, (_doing(screen.act, number, operator.login.person),)
        case Back():
            return menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _doing(act: Act, number: int, person: str) -> Effect:
    match act:
        case "out_of_service" | "in_service":
            return ServeCustomers(number, person, act == "out_of_service")
        case "restart" | "reboot":
            return Restart(number, person, act == "reboot")
        case "give_up":
            return GiveUpExchange(number)


def at_look(state: State, event: UserEvent) -> Stepped:
    """Counts or self-test: again, or back."""
    match event:
        case Confirm():
            state, number = wait(state, Work.LOOKING)
            again = ReadCounts if isinstance(state.screen, MachineCounts) else RunSelfTest
            return state, (again(number),)
        case Back():
            return menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def at_journal(state: State, event: UserEvent) -> Stepped:
    """Older, newer, or back."""
    screen, task = state.screen, state.task
    if not isinstance(screen, JournalView) or not isinstance(task, Browsing):
        return menu(state)
    match event:
        case Older() if screen.has_older and screen.lines:
            return _browse(state, Browsing((*task.before, screen.lines[-1].seq)))
        case Newer() if screen.has_newer:
            return _browse(state, Browsing(task.before[:-1]))
        case Confirm():
            return _browse(state, Browsing())
        case Back():
            return menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _browse(state: State, task: Browsing) -> Stepped:
    state, number = wait(replace(state, task=task), Work.LOOKING)
    return state, (ReadJournal(number, task.before[-1], state.rules.journal_lines),)


def at_wait(state: State, event: UserEvent) -> Stepped:
    """Back to the menu, or out, until something is committed."""
    if state.committed:
        return state, ()
    match event:
        case Cancel() | Back():
            return menu(state)
        case Finish():
            return end(state)
    return state, ()


def at_failure(state: State, event: UserEvent) -> Stepped:
    """Whatever it says, the menu is behind it."""
    match event:
        case Confirm() | Back():
            return menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def answered(state: State, event: a.Answer) -> Stepped:
    """What was looked at has come."""
    match event:
        case a.CountsRead(counts=counts):
            return state.at(counts), ()
        case a.MachineTested(checks=checks):
            return state.at(SelfTest(checks)), ()
        case a.JournalRead(lines=lines, has_older=has_older):
            task = state.task if isinstance(state.task, Browsing) else Browsing()
            page = len(task.before)
            shown = JournalView(lines, page, has_newer=page > 1, has_older=has_older)
            return state.at(shown), ()
        case a.ServiceSet(closed=closed):
            return menu(replace(state, service=replace(state.service, closed=closed)))
        case a.ExchangeGivenUp():
            return menu(replace(state, service=replace(state.service, exchange=None)))
        case a.CallFailed(problem=problem):
            return failed(state, problem)
    return failed(state, Problem.MACHINE_FAULT)


def failed(state: State, problem: Problem) -> Stepped:
    """It could not be done: say so in the menu, or end where the bank has ended the session."""
    if problem is Problem.SESSION_ENDED:
        return session_lost(state)
    return menu(state, problem)


def session_lost(state: State) -> Stepped:
    """The bank has ended the session. An exchange that is open stays open."""
    return end(replace(state, committed=False, waiting=0), Problem.SESSION_ENDED)
