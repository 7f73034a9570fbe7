"""Facts of sign-up: one step at a time, each field with its own problem."""

from PySide6.QtCore import Slot
from PySide6.QtQml import QmlElement

from kiosk.screens import Shot, Signup
from ui import words
from ui.models.facts import Facts, Row, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

STEPS = ("name", "contact", "optional", "fingers", "review")


def _shots(shots: tuple[Shot, ...]) -> list[Row]:
    return [{"quality": s.quality, "good": s.good, "advice": words.advice(s)} for s in shots]


def _problem(screen: Signup) -> str:
    if screen.problem is not None:
        return words.line(screen.problem)
    for name, found in screen.problems.items():
        return words.field(name, found)
    return ""


@QmlElement
class SignupFacts(Facts):
    """A step of sign-up."""

    step = fact(Signup, str, lambda s, _: s.step)
    number = fact(Signup, int, lambda s, _: STEPS.index(s.step) + 1)
    steps = fact(Signup, int, lambda _s, _: len(STEPS))
    sms = fact(Signup, bool, lambda s, _: s.sms)
    shots = fact(Signup, list, lambda s, _: _shots(s.shots))
    shotsLeast = fact(Signup, int, lambda s, _: s.shots_least)
    canGoOn = fact(Signup, bool, lambda s, _: s.can_go_on)
    problem = fact(Signup, str, lambda s, _: _problem(s))

    @Slot(str, result=str)
    def value(self, name: str) -> str:
        """What was typed into a field."""
        screen = self.screen
        assert isinstance(screen, Signup)  # noqa: S101 - the screen's type is known by the class
        return screen.values.get(name, "")

    @Slot(str, result=str)
    def trouble(self, name: str) -> str:
        """What is wrong with a field, or nothing."""
        screen = self.screen
        assert isinstance(screen, Signup)  # noqa: S101 - the screen's type is known by the class
        return words.line(screen.problems.get(name))
