"""Facts of the screens before the menu: welcome, finger, number, PIN."""

from PySide6.QtQml import QmlElement

from kiosk.screens import EnterNumber, EnterPin, PinUse, Problem, Scanning, Welcome
from ui import words
from ui.models.facts import Facts, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class WelcomeFacts(Facts):
    """Which ways in there are, and what the machine can do."""

    reader = fact(Welcome, bool, lambda s, _: s.reader)
    numberLogin = fact(Welcome, bool, lambda s, _: s.number_login)
    signup = fact(Welcome, bool, lambda s, _: s.signup)
    pays = fact(Welcome, str, lambda s, sums: sums.named(s.pays_minor))
    cannot = fact(
        Welcome,
        str,
        lambda s, _: words.cannot(pays=bool(s.pays_minor), takes_notes=s.takes_notes),
    )
    receipts = fact(Welcome, bool, lambda s, _: s.receipts)
    problem = fact(Welcome, str, lambda s, _: words.line(s.problem))


@QmlElement
class ScanningFacts(Facts):
    """How far the reader is; `progress` is -1 where the driver tells none."""

    stage = fact(Scanning, str, lambda s, _: s.stage)
    progress = fact(Scanning, float, lambda s, _: -1.0 if s.progress is None else s.progress)
    shot = fact(Scanning, int, lambda s, _: s.shot)
    problem = fact(Scanning, str, lambda s, _: words.finger_problem(s.problem, s.advice))
    drawn = fact(Scanning, bool, lambda s, _: s.drawing is not None)
    numberLogin = fact(Scanning, bool, lambda s, _: s.number_login)


@QmlElement
class EnterNumberFacts(Facts):
    """Whether the number was refused."""

    problem = fact(EnterNumber, str, lambda s, _: words.line(s.problem))


def _pin_problem(screen: EnterPin) -> str:
    if screen.problem is Problem.PIN_WRONG and screen.tries_left:
        return words.wrong_pin(screen.tries_left)
    return words.line(screen.problem)


@QmlElement
class EnterPinFacts(Facts):
    """How many digits are in; never which."""

    use = fact(EnterPin, str, lambda s, _: s.use.value)
    filled = fact(EnterPin, int, lambda s, _: s.filled)
    complete = fact(EnterPin, bool, lambda s, _: s.filled >= s.minimum)
    full = fact(EnterPin, bool, lambda s, _: s.filled >= s.maximum)
    minimum = fact(EnterPin, int, lambda s, _: s.minimum)
    maximum = fact(EnterPin, int, lambda s, _: s.maximum)
    amount = fact(EnterPin, str, lambda s, sums: sums.written(s.amount_minor))
    payee = fact(EnterPin, str, lambda s, _: s.payee or "")
    canForget = fact(EnterPin, bool, lambda s, _: s.use in (PinUse.LOGIN, PinUse.CONFIRM))
    problem = fact(EnterPin, str, lambda s, _: _pin_problem(s))
