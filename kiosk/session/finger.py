"""Who is it: a finger read and identified, or a number typed in its place."""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Finish,
    NumberEntered,
    TouchStart,
    UseNumber,
    UserEvent,
)
from kiosk.screens import EnterNumber, PinUse, Problem, Scanning, Wait, Work
from kiosk.session.answers import FingerFailed, FingerRead, FingerStage, Identified
from kiosk.session.effects import Effect, Identify, LookUp, ReadFinger, StopReading
from kiosk.session.state import LoggingIn, State, pin_screen
from kiosk.session.visit import Stepped, end, fail, wait


def is_customer_number(text: str) -> bool:
    """Whether that can be an account number, user name or phone number at all."""
    from kiosk.signup.entries import fits

    return fits("customer_number", text) and text.isprintable()


def start(state: State, problem: Problem | None = None, advice: str = "") -> Stepped:
    """Arm a reading for login."""
    state, number = state.numbered()
    state = replace(state, reading=number, waiting=0, task=LoggingIn())
    screen = Scanning("ready", None, 0, problem, advice, number_login=state.rules.number_login)
    return state.at(screen), (ReadFinger(number, 0),)


def disarm(state: State) -> Stepped:
    """Stop a reading, if one is armed."""
    if not state.reading:
        return state, ()
    return replace(state, reading=0), (StopReading(state.reading),)


def at_scanning(state: State, event: UserEvent) -> Stepped:
    """Waiting for a finger, at login."""
    match event:
        case UseNumber() if state.rules.number_login:
            state, effects = disarm(state)
            return replace(state, task=LoggingIn(), screen=EnterNumber()), effects
        case Cancel() | Back() | Finish():
            return end(state)
    return state, ()


def at_number(state: State, event: UserEvent) -> Stepped:
    """A number, user name or phone number is typed."""
    match event:
        case NumberEntered(text):
            typed = text.strip()
            if not typed:
                return state.at(EnterNumber(Problem.FIELD_MISSING)), ()
            if not is_customer_number(typed):
                return state.at(EnterNumber(Problem.FIELD_INVALID)), ()
            task = state.task
            template = task.template if isinstance(task, LoggingIn) else None
            state, number = wait(state, Work.IDENTIFYING)
            effect: Effect = LookUp(number, typed)
            if template is not None:
                effect = Identify(number, template, typed)
            return state, (effect,)
        case TouchStart() if state.service.reader:
            return start(state)
        case Cancel() | Back() | Finish():
            return end(state)
    return state, ()


def staged(state: State, event: FingerStage) -> Stepped:
    """The reader tells how far it is."""
    if isinstance(state.screen, Scanning):
        screen = replace(
            state.screen, stage=event.stage, progress=event.progress, drawing=event.drawing
        )
        return state.at(screen), ()
    return state, ()


def read(state: State, event: FingerRead) -> Stepped:
    """A template was made: ask the bank whose it is."""
    drawing = state.screen.drawing if isinstance(state.screen, Scanning) else None
    task = LoggingIn(template=event.template, advice=event.advice)
    state, number = wait(replace(state, reading=0, task=task), Work.IDENTIFYING)
    # What was read stays in sight until the bank has answered, and is gone with this screen.
    state = state.at(Wait(Work.IDENTIFYING, drawing=drawing))
    return state, (Identify(number, event.template, None),)


def failed(state: State, event: FingerFailed) -> Stepped:
    """No template: again, or the other way in when it is the reader's fault."""
    state = replace(state, reading=0)
    if event.problem is Problem.READER_FAILED:
        if state.rules.number_login:
            return replace(state, task=LoggingIn(), screen=EnterNumber(event.problem)), ()
        return end(state, event.problem)
    if event.problem is Problem.FINGER_TIMEOUT:
        return end(state, event.problem)
    return start(state, event.problem, event.advice)


def identified(state: State, event: Identified) -> Stepped:
    """Factor 1 is there: the PIN."""
    state = replace(state, task=LoggingIn(factor1=event.factor1))
    return state.at(pin_screen(state.rules, PinUse.LOGIN)), ()


def refused(state: State, problem: Problem, reference: str = "") -> Stepped:
    """Identification, look-up or login could not be done."""
    task = state.task
    if not isinstance(task, LoggingIn):
        return state, ()
    match problem:
        case Problem.FINGER_AMBIGUOUS if task.template is not None:
            # The template stays: with a number it is compared with one customer only.
            return state.at(EnterNumber(problem)), ()
        case (
            Problem.FINGER_NOT_KNOWN
            | Problem.FINGER_AMBIGUOUS
            | Problem.FINGER_REPLAYED
            | Problem.FINGER_POOR
        ) if state.service.reader:
            return start(state, problem, task.advice)
        case Problem.FIELD_INVALID | Problem.FINGER_NOT_KNOWN:
            return state.at(EnterNumber(problem)), ()
    return fail(state, problem, reference=reference, back_to_menu=False)
