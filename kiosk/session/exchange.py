"""The exchange at the screen: the count sheet, two people's approval, the safe closed again.

Whoever leaves, or is too slow, leaves the exchange open: the machine stays out of service, and an
operator who comes later goes on where it stands.
"""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Confirm,
    Finish,
    PinBackspace,
    PinClear,
    PinDigit,
    PinEnter,
    SheetField,
    SheetText,
    TouchStart,
    UserEvent,
)
from kiosk.operator import draft as drafts
from kiosk.operator.screens import ExchangeDone, ReviewLine, SecondPerson, SheetReview
from kiosk.screens import EnterPin, PinUse, Problem, Work
from kiosk.session import answers as a
from kiosk.session import operator, pin
from kiosk.session.effects import (
    Approve,
    ApproveAsSecond,
    CloseSafe,
    Identify,
    KeepSheet,
    ReadFinger,
    StopReading,
)
from kiosk.session.state import Exchanging, State, pin_screen
from kiosk.session.visit import Stepped, commit, end, wait

_OF_THE_SECOND = frozenset(
    {
        Problem.NOT_OPERATOR,
        Problem.SAME_PERSON,
        Problem.FINGER_NOT_KNOWN,
        Problem.FINGER_AMBIGUOUS,
        Problem.FINGER_REPLAYED,
        Problem.FINGER_POOR,
        Problem.TOO_MANY_TRIES,
        Problem.PIN_LOCKED,
        Problem.PIN_BLOCKED,
    }
)
"""After these another finger may be shown."""


def opened(state: State, event: a.SafeOpened) -> Stepped:
    """The device has stopped: count, or go on where the exchange stands."""
    service = replace(state.service, exchange=event.purpose)
    draft = drafts.begin(event.purpose, event.storage)
    if event.sheet is not None:
        draft = drafts.again(event.sheet, event.storage)
    task = Exchanging(event.uid, draft, event.sheet, event.held_minor)
    state = replace(state, service=service, task=task)
    if event.approved:
        return _close(state, ())
    return (_entry(state, task) if event.sheet is None else _review(state)), ()


def at_entry(state: State, event: UserEvent) -> Stepped:
    """The sheet is typed."""
    task, who = state.task, state.operator
    if not isinstance(task, Exchanging) or who is None:
        return operator.menu(state)
    match event:
        case SheetField(at):
            return _entry(state, replace(task, draft=drafts.pick(task.draft, at))), ()
        case SheetText(text):
            return _entry(state, replace(task, draft=drafts.typed(task.draft, text))), ()
        case Confirm() if drafts.is_whole(task.draft):
            state, number = wait(replace(state, task=replace(task, sheet=None)), Work.LOOKING)
            return state, (KeepSheet(number, who.login, task.uid, task.draft),)
        case Confirm():
            return _entry(state, replace(task, draft=drafts.go_on(task.draft))), ()
        case Back():
            return operator.menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _entry(state: State, task: Exchanging) -> State:
    return replace(state, task=task, screen=drafts.screen(task.draft))


def at_review(state: State, event: UserEvent) -> Stepped:
    """Approve, or count again."""
    task = state.task
    if not isinstance(task, Exchanging) or task.sheet is None:
        return operator.menu(state)
    match event:
        case Confirm():
            return state.at(pin_screen(state.rules, PinUse.APPROVE)), ()
        case Back():
            return _entry(state, replace(task, first=False)), ()
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _review(state: State, problem: Problem | None = None) -> State:
    task = state.task
    if not isinstance(task, Exchanging) or task.sheet is None:
        return state.at(operator.menu_screen(state, problem))
    sheet = task.sheet
    screen = SheetReview(
        purpose=sheet.purpose,
        lines=tuple(
            ReviewLine(row.unit, row.denomination_minor, row.found, row.loaded)
            for row in sheet.rows
        ),
        bins_minor=sheet.bins_minor,
        found_minor=sheet.found_minor,
        loaded_minor=sheet.loaded_minor,
        ledger_minor=sheet.ledger_minor,
        difference_minor=sheet.difference_minor,
        held_minor=task.held_minor,
        problem=problem,
    )
    return replace(state, waiting=0, task=replace(task, first=False, factor1=None), screen=screen)


def at_pin(state: State, event: UserEvent) -> Stepped:
    """An operator's PIN over the sheet: the first's, then the second's."""
    screen, task, who = state.screen, state.task, state.operator
    if not isinstance(screen, EnterPin) or not isinstance(task, Exchanging) or who is None:
        return end(state)
    match event:
        case PinDigit() | PinBackspace() | PinClear():
            return pin.at_pin(state, event)
        case PinEnter() if screen.filled >= screen.minimum and task.sheet is not None:
            first, factor1 = who.login, task.factor1
            state, number = wait(state, Work.CHECKING_PIN)
            if screen.use is PinUse.APPROVE:
                return state, (Approve(number, state.visit, first, task.sheet),)
            if factor1 is None:
                return _review(state), ()
            act = ApproveAsSecond(number, state.visit, factor1, first.person, task.sheet)
            return state, (act,)
        case Back() | Cancel():
            return _review(state), ()
        case Finish():
            return end(state)
    return state, ()


def at_second(state: State, event: UserEvent) -> Stepped:
    """Another operator's finger is waited for."""
    match event:
        case TouchStart() if not state.reading:
            return ask_second(state)
        case Back():
            stop = (StopReading(state.reading),) if state.reading else ()
            return _review(replace(state, reading=0)), stop
        case Cancel() | Finish():
            return end(state)
    return state, ()


def ask_second(state: State, problem: Problem | None = None) -> Stepped:
    """Arm the reader for the other operator."""
    task = state.task
    if not isinstance(task, Exchanging) or task.sheet is None:
        return operator.menu(state)
    state, number = state.numbered()
    sheet = task.sheet
    screen = SecondPerson(sheet.purpose, sheet.found_minor, sheet.loaded_minor, "ready", problem)
    task = replace(task, first=True, factor1=None)
    state = replace(state, reading=number, waiting=0, task=task, screen=screen)
    return state, (ReadFinger(number, 0),)


def finger(state: State, event: a.Answer) -> Stepped:
    """The reader tells of the other operator's finger."""
    screen = state.screen
    if not isinstance(screen, SecondPerson):
        return replace(state, reading=0), ()
    match event:
        case a.FingerStage(stage=stage):
            return state.at(replace(screen, stage=stage)), ()
        case a.FingerRead(template=template):
            state, number = wait(replace(state, reading=0), Work.IDENTIFYING)
            return state, (Identify(number, template, None),)
        case a.FingerFailed(problem=problem) if problem is not Problem.READER_FAILED:
            return ask_second(state, problem)
    return _review(replace(state, reading=0), Problem.READER_FAILED), ()


def answered(state: State, event: a.Answer) -> Stepped:
    """What came of an act on the exchange."""
    task = state.task
    match event:
        case a.SafeOpened():
            return opened(state, event)
        case a.SheetKept(sheet=sheet, held_minor=held) if isinstance(task, Exchanging):
            kept = replace(task, sheet=sheet, held_minor=held)
            return _review(replace(state, task=kept)), ()
        case a.SheetApproved(done=True, person=person):
            return _close(state, (person,))
        case a.SheetApproved(done=False):
            return ask_second(state)
        case a.Identified(factor1=factor1) if isinstance(task, Exchanging):
            state = replace(state, task=replace(task, factor1=factor1))
            return state.at(pin_screen(state.rules, PinUse.SECOND)), ()
        case a.PinRefused(tries_left=tries_left):
            return _wrong_pin(state, tries_left)
        case a.SafeClosed():
            return _closed(state, event)
        case a.CallFailed(problem=problem):
            return failed(state, problem)
    return failed(state, Problem.MACHINE_FAULT)


def _close(state: State, others: tuple[str, ...]) -> Stepped:
    """Two people have approved: from here on it is brought to its end."""
    who = state.operator
    mine = () if who is None else (who.login.person,)
    state, number = commit(state, Work.CLOSING_SAFE)
    return state, (CloseSafe(number, tuple(dict.fromkeys((*mine, *others)))),)


def _closed(state: State, event: a.SafeClosed) -> Stepped:
    sheet = event.sheet
    service = replace(state.service, exchange=None)
    screen = ExchangeDone(
        purpose=sheet.purpose,
        found_minor=sheet.found_minor,
        loaded_minor=sheet.loaded_minor,
        difference_minor=sheet.difference_minor,
        cases=event.cases,
        pending=event.pending,
    )
    state = replace(state, service=service, task=None, committed=False, screen=screen)
    return state, ()


def at_done(state: State, event: UserEvent) -> Stepped:
    """Back to the menu, or out."""
    match event:
        case Confirm() | Back():
            return operator.menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _wrong_pin(state: State, tries_left: int | None) -> Stepped:
    task = state.task
    second = isinstance(task, Exchanging) and task.factor1 is not None
    if tries_left == 0:
        return failed(state, Problem.PIN_LOCKED)
    use = PinUse.SECOND if second else PinUse.APPROVE
    screen = pin_screen(state.rules, use, tries_left=tries_left, problem=pin.wrong(tries_left))
    return state.at(screen), ()


def failed(state: State, problem: Problem) -> Stepped:
    """It could not be done: where it was tried, with what is wrong; the exchange stays open."""
    task = state.task
    state = replace(state, waiting=0, committed=False)
    if problem is Problem.SESSION_ENDED:
        return operator.session_lost(state)
    if not isinstance(task, Exchanging):
        return operator.menu(state, problem)
    if task.first and problem in _OF_THE_SECOND:
        return ask_second(state, problem)
    if task.sheet is not None:
        return _review(state, problem), ()
    return state.at(replace(drafts.screen(task.draft), problem=problem)), ()
