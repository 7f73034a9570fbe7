"""Sign-up: details, fingers and a look back; then the bank's word, the PIN twice, the account."""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Confirm,
    DropShot,
    Finish,
    SignupField,
    SignupGoTo,
    SignupSms,
    TouchStart,
    UserEvent,
)
from kiosk.screens import (
    EnterPin,
    MoneyState,
    PinUse,
    Problem,
    Scanning,
    Shot,
    Signup,
    SignupStep,
    Success,
    Work,
)
from kiosk.session.answers import (
    FingerFailed,
    FingerRead,
    FingerStage,
    NewPinsCompared,
    SignedUp,
    SignupBegun,
    SignupRefused,
)
from kiosk.session.effects import (
    BeginSignup,
    Effect,
    FinishSignup,
    KeepNewPin,
    MatchNewPin,
    ReadFinger,
    StopReading,
)
from kiosk.session.state import SigningUp, State, pin_screen
from kiosk.session.visit import Stepped, commit, end, fail, wait
from kiosk.signup import fields

SHOTS_MAX = 3


def start(state: State) -> Stepped:
    """An empty form."""
    return _show(state, SigningUp(), "name")


def _show(
    state: State,
    task: SigningUp,
    step: SignupStep,
    problems: Mapping[str, Problem] | None = None,
    problem: Problem | None = None,
) -> Stepped:
    """Show a step; on the fingers' step a reading is armed while one is wanted."""
    values = dict(task.values)
    screen = Signup(
        step=step,
        values=values,
        problems=dict(problems or {}),
        sms=task.sms,
        shots=task.shots,
        can_go_on=_complete(task, step, state.rules.impressions_least),
        shots_least=state.rules.impressions_least,
        problem=problem,
    )
    state = replace(state, task=task, screen=screen, waiting=0)
    wanted = step == "fingers" and len(task.templates) < SHOTS_MAX
    effects: tuple[Effect, ...] = ()
    if state.reading and not wanted:
        effects = (StopReading(state.reading),)
        state = replace(state, reading=0)
    elif wanted and not state.reading:
        state, number = state.numbered()
        state = replace(state, reading=number)
        effects = (ReadFinger(number, len(task.templates) + 1),)
    return state, effects


def _complete(task: SigningUp, step: SignupStep, impressions_least: int) -> bool:
    match step:
        case "fingers":
            return len(task.templates) >= impressions_least
        case "review":
            return len(task.templates) >= impressions_least and all(
                not fields.problems(s, dict(task.values)) for s in fields.STEPS
            )
    return not fields.problems(step, dict(task.values))


def at_form(state: State, event: UserEvent) -> Stepped:
    """A step of the form."""
    screen, task = state.screen, state.task
    if not isinstance(screen, Signup):
        return state, ()
    if not isinstance(task, SigningUp):
        return end(state)
    match event:
        case SignupField(name, value) if fields.step_of(name) == screen.step:
            return _typed(state, task, screen, name, value[: fields.VALUE_MAX])
        case SignupSms(wanted):
            return _show(state, replace(task, sms=wanted), screen.step, screen.problems)
        case SignupGoTo(step) if screen.step == "review" and step in fields.STEPS:
            return _show(state, task, step)
        case DropShot(shot) if screen.step == "fingers" and 1 <= shot <= len(task.shots):
            return _show(state, _without(task, shot - 1), "fingers")
        case TouchStart() if screen.step == "fingers" and state.reading:
            return state.at(Scanning("ready", None, len(task.templates) + 1)), ()
        case Confirm():
            return _go_on(state, task, screen)
        case Back():
            return _back(state, task, screen)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def _typed(state: State, task: SigningUp, screen: Signup, name: str, value: str) -> Stepped:
    values = dict(task.values) | {name: value}
    problems = {n: p for n, p in screen.problems.items() if n != name}
    wrong = fields.problem(name, value)
    if wrong is Problem.FIELD_INVALID:
        problems[name] = wrong
    task = replace(task, values=tuple(values.items()))
    return _show(state, task, screen.step, problems)


def _go_on(state: State, task: SigningUp, screen: Signup) -> Stepped:
    if screen.step == "review":
        for step in fields.STEPS:
            if not _complete(task, step, state.rules.impressions_least):
                return _show(state, task, step, fields.problems(step, dict(task.values)))
        state, number = wait(state, Work.SIGNING_UP)
        return state, (BeginSignup(number, task.values, task.sms, task.templates),)
    problems = fields.problems(screen.step, dict(task.values))
    if problems:
        return _show(state, task, screen.step, problems)
    if not _complete(task, screen.step, state.rules.impressions_least):
        return _show(state, task, screen.step, problem=screen.problem or Problem.FINGER_POOR)
    following = fields.STEPS[fields.STEPS.index(screen.step) + 1]
    task = replace(task, reviewed=task.reviewed or following == "review")
    return _show(state, task, "review" if task.reviewed else following)


def _back(state: State, task: SigningUp, screen: Signup) -> Stepped:
    before = fields.STEPS.index(screen.step) - 1
    if before < 0:
        return end(state)
    return _show(state, task, fields.STEPS[before])


def _without(task: SigningUp, index: int) -> SigningUp:
    """Drop a picture, and its template if it was a good one."""
    good_before = sum(s.good for s in task.shots[:index])
    templates = task.templates
    if task.shots[index].good:
        templates = templates[:good_before] + templates[good_before + 1 :]
    return replace(task, shots=task.shots[:index] + task.shots[index + 1 :], templates=templates)


def at_scanning(state: State, event: UserEvent) -> Stepped:
    """The reader's own screen: back to the form, where the reading stays armed."""
    task = state.task
    match event:
        case Cancel() | Back() if isinstance(task, SigningUp):
            return _show(state, task, "fingers")
        case Finish():
            return end(state)
    return state, ()


def staged(state: State, event: FingerStage) -> Stepped:
    """A picture is being read: show it."""
    task = state.task
    on_form = isinstance(state.screen, Signup) and event.stage != "ready"
    if isinstance(task, SigningUp) and (on_form or isinstance(state.screen, Scanning)):
        shot = len(task.templates) + 1
        screen = Scanning(event.stage, event.progress, shot, drawing=event.drawing)
        return state.at(screen), ()
    return state, ()


def read(state: State, task: SigningUp, event: FingerRead) -> Stepped:
    """A picture is good. The same picture twice counts once."""
    state = replace(state, reading=0)
    if event.template in task.templates:
        return _show(state, task, "fingers", problem=Problem.FINGER_REPLAYED)
    good = tuple(s for s in task.shots if s.good)
    task = replace(
        task,
        shots=(*good, Shot(event.quality, True, event.advice)),
        templates=(*task.templates, event.template),
    )
    return _show(state, task, "fingers")


def failed(state: State, task: SigningUp, event: FingerFailed) -> Stepped:
    """A picture is not good enough: say why; a poor one is shown among the others."""
    state = replace(state, reading=0)
    if event.problem is Problem.FINGER_POOR:
        good = tuple(s for s in task.shots if s.good)
        task = replace(task, shots=(*good, Shot(event.quality, False, event.advice)))
    if event.problem is Problem.READER_FAILED:
        return fail(state, event.problem, back_to_menu=False)
    return _show(state, task, "fingers", problem=event.problem)


def begun(state: State, event: SignupBegun) -> Stepped:
    """Details and fingers are accepted: now the PIN."""
    task = state.task
    if not isinstance(task, SigningUp):
        return end(state)
    state = replace(state, task=replace(task, ticket=event.ticket))
    return state.at(pin_screen(state.rules, PinUse.NEW)), ()


def refused(state: State, event: SignupRefused) -> Stepped:
    """Not accepted: back to what is wrong, with everything typed kept."""
    task = state.task
    if not isinstance(task, SigningUp):
        return end(state)
    step = fields.step_of(event.field_name)
    if step is not None:
        return _show(state, task, step, {event.field_name: event.problem})
    match event.problem:
        case Problem.FINGERS_DIFFER | Problem.FINGER_TAKEN | Problem.FINGER_POOR:
            task = replace(task, shots=(), templates=())
            return _show(state, task, "fingers", problem=event.problem)
        case Problem.SIGNUP_UNKNOWN | Problem.MACHINE_FAULT:
            return fail(state, event.problem, back_to_menu=False)
    return _show(state, task, "review", problem=event.problem)


def to_review(state: State) -> Stepped:
    """From the PIN back to the form; the ticket is given up."""
    task = state.task
    if not isinstance(task, SigningUp):
        return end(state)
    return _show(state, replace(task, ticket=None), "review")


def pin_entered(state: State) -> Stepped:
    """The new PIN, once or twice."""
    screen = state.screen
    repeat = isinstance(screen, EnterPin) and screen.use is PinUse.REPEAT
    state, number = wait(state, Work.SIGNING_UP)
    return state, (MatchNewPin(number) if repeat else KeepNewPin(number),)


def pin_kept(state: State) -> Stepped:
    """Once more, please."""
    return state.at(pin_screen(state.rules, PinUse.REPEAT)), ()


def pin_too_easy(state: State) -> Stepped:
    """A PIN a thief would try first."""
    return state.at(pin_screen(state.rules, PinUse.NEW, problem=Problem.PIN_TOO_EASY)), ()


def pins_compared(state: State, event: NewPinsCompared) -> Stepped:
    """Both the same: make the customer. Otherwise from the first one again."""
    task = state.task
    if not isinstance(task, SigningUp) or task.ticket is None:
        return end(state)
    if not event.same:
        return state.at(pin_screen(state.rules, PinUse.NEW, problem=Problem.PINS_DIFFER)), ()
    state, number = commit(state, Work.SIGNING_UP)
    return state, (FinishSignup(number, state.visit, task.ticket),)


def signed_up(state: State, event: SignedUp) -> Stepped:
    """The customer exists; what was typed is forgotten."""
    gone = not isinstance(state.task, SigningUp)
    state = replace(state, committed=False, task=None)
    if gone:
        return end(state)
    return state.at(
        Success(
            "signup",
            event.opening_credit_minor,
            "",
            event.account,
            user_name=event.user_name,
        )
    ), ()


def unknown(state: State) -> Stepped:
    """Whether the customer was made is not known."""
    state = replace(state, committed=False)
    return fail(state, Problem.SIGNUP_UNKNOWN, MoneyState.UNTOUCHED, back_to_menu=False)
