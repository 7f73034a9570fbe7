"""The one owner of every timer.

After each step the timers that should run are derived from the state; those that should not are
stopped, and a ring of a timer that is not the running one changes nothing.
"""

from dataclasses import replace

from kiosk.events import UserEvent
from kiosk.screens import (
    EnterNumber,
    Goodbye,
    OutOfService,
    Scanning,
    Signup,
    TakeBackNotes,
    TakeCash,
    TransferPayee,
    TransferText,
    Wait,
    Welcome,
    Work,
)
from kiosk.session import waiting, welcome
from kiosk.session.answers import Answer, FingerFailed, FingerStage, Report, TimerRang
from kiosk.session.effects import (
    Effect,
    KeepOperator,
    ReadLimits,
    ReadService,
    StartTimer,
    StopTimer,
)
from kiosk.session.state import State, Timer
from kiosk.session.visit import Stepped

Event = UserEvent | Answer | Report
_NO_PATIENCE = (Welcome, Wait, TakeCash, TakeBackNotes, OutOfService, Goodbye)
_TYPING = (EnterNumber, TransferPayee, TransferText, Signup, Scanning)
_DECIDED_BY_BANK = frozenset(
    {
        Work.IDENTIFYING,
        Work.CHECKING_PIN,
        Work.READING_ACCOUNT,
        Work.AUTHORISING,
        Work.TRANSFERRING,
        Work.SIGNING_UP,
        Work.STARTING,
    }
)


def rang(state: State, event: TimerRang) -> Stepped:
    """Do what the timer was for."""
    timer = next((t for t, number in state.timers if number == event.number), None)
    if timer is None:
        return state, ()
    state = _forget(state, timer)
    match timer:
        case Timer.PATIENCE:
            return replace(state, asked_s=state.rules.answer_s), ()
        case Timer.ANSWER if state.asked_s is not None:
            left = state.asked_s - 1
            return waiting.leave(state) if left <= 0 else (replace(state, asked_s=left), ())
        case Timer.STILL if isinstance(state.screen, Wait):
            may_cancel = bool(state.waiting) and not state.committed
            return state.at(replace(state.screen, still=True, may_cancel=may_cancel)), ()
        case Timer.LIMIT:
            return waiting.too_long(state)
        case Timer.SHOW:
            return welcome.show_over(state)
        case Timer.SERVICE:
            return state, (ReadService(),)
        case Timer.KEEP if state.customer is not None and not state.committed:
            customer = state.customer
            return state, (ReadLimits(state.visit, customer.login, customer.account),)
        case Timer.KEEP if state.operator is not None:
            return state, (KeepOperator(state.visit, state.operator.login),)
    return state, ()


def settle(before: State, after: State, event: Event) -> Stepped:
    """Start and stop timers for what has changed between two states."""
    somebody = isinstance(event, UserEvent) or _moved(before, after, event)
    if after.asked_s is not None and somebody:
        after = replace(after, asked_s=None)
    wanted = _wanted(after)
    restart = set()
    if somebody:
        restart.add(Timer.PATIENCE)
    if before.waiting != after.waiting or _stage(before) != _stage(after):
        restart |= {Timer.STILL, Timer.LIMIT}
    if before.visit != after.visit:
        restart.add(Timer.KEEP)
    effects: list[Effect] = []
    for timer, number in after.timers:
        if timer not in wanted or timer in restart:
            effects.append(StopTimer(number))
            after = _forget(after, timer)
    running = {timer for timer, _ in after.timers}
    for timer, after_s in wanted.items():
        if timer in running:
            continue
        after, number = after.numbered()
        after = replace(after, timers=(*after.timers, (timer, number)))
        effects.append(StartTimer(number, after_s))
    return after, tuple(effects)


def _forget(state: State, timer: Timer) -> State:
    return replace(state, timers=tuple(t for t in state.timers if t[0] is not timer))


def _moved(before: State, after: State, event: Event) -> bool:
    """Whether the machine has shown something new, which needs time to be read.

    A reading that is armed anew, because nobody came or because dirt lies on the glass, is not new:
    or else a form that was left would never time out.
    """
    if isinstance(event, FingerStage | FingerFailed):
        return False
    return (
        type(before.screen) is not type(after.screen)
        or before.reading != after.reading
        or (before.task != after.task)
    )


def _stage(state: State) -> object:
    """What a wait is measured for: another work, or another count of seconds, begins anew."""
    screen = state.screen
    if isinstance(screen, Wait):
        return screen.work
    return type(screen) if isinstance(screen, TakeCash | TakeBackNotes) else None


def _wanted(state: State) -> dict[Timer, float]:
    rules, screen = state.rules, state.screen
    wanted: dict[Timer, float] = {Timer.SERVICE: rules.service_s}
    if state.customer is not None or state.operator is not None:
        wanted[Timer.KEEP] = rules.keep_s
    match screen:
        case Wait(work=work, still=still):
            if not still:
                wanted[Timer.STILL] = rules.still_s
            by_bank = work in _DECIDED_BY_BANK
            wanted[Timer.LIMIT] = rules.decision_s if by_bank else rules.device_s
        case TakeCash() | TakeBackNotes():
            wanted[Timer.LIMIT] = rules.device_s
        case Goodbye():
            wanted[Timer.SHOW] = rules.goodbye_s
    if not isinstance(screen, _NO_PATIENCE):
        if state.asked_s is not None:
            wanted[Timer.ANSWER] = 1.0
        else:
            typing = isinstance(screen, _TYPING)
            patience_s = rules.typing_patience_s if typing else rules.patience_s
            # Whoever counts notes with both hands touches nothing for a while.
            counting = state.operator is not None
            wanted[Timer.PATIENCE] = rules.operator_patience_s if counting else patience_s
    return wanted
