"""Notes in: the slot opens, notes are counted into escrow, then stored or given back."""

from dataclasses import replace

from kiosk.events import AddMore, Back, Cancel, Confirm, Finish, NotesIn, UserEvent
from kiosk.screens import DepositInsert, DepositReview, Problem, Wait, Work
from kiosk.session.answers import NotesCounted, NotesInEscrow
from kiosk.session.effects import CountNotes, OpenSlot, ReopenSlot, ReturnNotes, StoreNotes
from kiosk.session.state import Depositing, State
from kiosk.session.visit import Stepped, commit, end, menu_screen


def begin(state: State) -> Stepped:
    """Ask the bank and open the slot."""
    customer = state.customer
    if customer is None:
        return end(state)
    menu = menu_screen(state, customer)
    if not menu.can_deposit:
        problem = Problem.DEVICE_FAULT if state.service.bank else Problem.BANK_AWAY
        return state.at(replace(menu, problem=problem)), ()
    state, number = commit(replace(state, task=Depositing()), Work.READING_ACCOUNT)
    return state, (OpenSlot(number, customer.login, customer.account),)


def slot_opened(state: State) -> Stepped:
    """Notes may come."""
    task, customer = state.task, state.customer
    if customer is None or not isinstance(task, Depositing) or not isinstance(state.screen, Wait):
        # It opened too late for the customer to see it: nothing may lie in it unseen.
        return give_back(state, leaving=True)
    screen = DepositInsert(
        account=customer.account,
        accepts_minor=state.rules.notes_taken_minor,
        max_minor=state.rules.deposit_each_minor,
        max_notes=state.rules.deposit_notes,
        counted=task.counted,
        returned_count=task.returned_count,
        problem=task.problem,
    )
    return replace(state, committed=False, screen=screen), ()


def notes_counted(state: State, event: NotesCounted) -> Stepped:
    """A note came in, or was handed back unread."""
    screen = state.screen
    if isinstance(screen, DepositInsert):
        counted = replace(
            screen, counted=event.counted, returned_count=event.returned_count, problem=None
        )
        task = Depositing(event.counted, event.returned_count)
        return replace(state, task=task, screen=counted), ()
    return state, ()


def in_escrow(state: State, event: NotesInEscrow) -> Stepped:
    """The slot is closed: show what was counted, or open it again if there is nothing."""
    customer, task = state.customer, state.task
    if customer is None or not isinstance(task, Depositing) or not isinstance(state.screen, Wait):
        return give_back(state, leaving=True)
    if not any(n.count for n in event.counted):
        task = replace(task, counted=(), problem=Problem.NO_NOTES)
        state, number = commit(replace(state, task=task), Work.COUNTING_IN)
        return state, (ReopenSlot(number),)
    total = sum(n.denomination_minor * n.count for n in event.counted)
    screen = DepositReview(customer.account, event.counted, total, task.returned_count)
    task = replace(task, counted=event.counted, problem=None)
    return replace(state, committed=False, waiting=0, task=task, screen=screen), ()


def at_insert(state: State, event: UserEvent) -> Stepped:
    """Notes are put in."""
    match event:
        case NotesIn() | Confirm():
            state, number = commit(state, Work.COUNTING_IN)
            return state, (CountNotes(number),)
        case Cancel() | Back():
            return give_back(state, leaving=False)
        case Finish():
            return give_back(state, leaving=True)
    return state, ()


def at_review(state: State, event: UserEvent) -> Stepped:
    """Store, add more, or give back."""
    match event:
        case Confirm():
            state, number = commit(replace(state, task=Depositing(storing=True)), Work.STORING)
            return state, (StoreNotes(number),)
        case AddMore():
            state, number = commit(state, Work.COUNTING_IN)
            return state, (ReopenSlot(number),)
        case Cancel() | Back():
            return give_back(state, leaving=False)
        case Finish():
            return give_back(state, leaving=True)
    return state, ()


def give_back(state: State, *, leaving: bool) -> Stepped:
    """Return the customer's notes; ``leaving``: end the visit after that."""
    state = replace(state, task=Depositing(leaving=leaving))
    state, number = commit(state, Work.RETURNING_NOTES)
    return state, (ReturnNotes(number),)
