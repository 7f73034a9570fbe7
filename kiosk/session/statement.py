"""Pages of postings, newest first."""

from dataclasses import replace

from kiosk.events import Back, Cancel, Confirm, Finish, Newer, Older, UserEvent
from kiosk.screens import Statement, Work
from kiosk.session.answers import StatementRead
from kiosk.session.effects import ReadStatement
from kiosk.session.state import Reading, State
from kiosk.session.visit import Stepped, end, to_menu, wait

PAGES_MAX = 200


def begin(state: State) -> Stepped:
    """Ask for the newest page."""
    return _ask(state, Reading())


def _ask(state: State, task: Reading) -> Stepped:
    customer = state.customer
    if customer is None:
        return end(state)
    state, number = wait(replace(state, task=task), Work.READING_ACCOUNT)
    lines = state.rules.statement_lines
    return state, (ReadStatement(number, customer.login, customer.account, task.before[-1], lines),)


def read(state: State, event: StatementRead) -> Stepped:
    """Show the page."""
    task, customer = state.task, state.customer
    if not isinstance(task, Reading) or customer is None:
        return end(state)
    task = replace(task, next_before=event.next_before)
    screen = Statement(
        account=customer.account,
        lines=event.lines,
        page=len(task.before),
        has_newer=len(task.before) > 1,
        has_older=event.next_before is not None and len(task.before) < PAGES_MAX,
        held_minor=event.held_minor,
    )
    return replace(state, task=task, screen=screen), ()


def at_statement(state: State, event: UserEvent) -> Stepped:
    """Turn pages."""
    task, screen = state.task, state.screen
    if not isinstance(screen, Statement):
        return state, ()
    if not isinstance(task, Reading):
        return end(state)
    match event:
        case Older() if screen.has_older:
            return _ask(state, replace(task, before=(*task.before, task.next_before)))
        case Newer() if screen.has_newer:
            return _ask(state, replace(task, before=task.before[:-1]))
        case Back() | Cancel() | Confirm():
            return to_menu(state)
        case Finish():
            return end(state)
    return state, ()
