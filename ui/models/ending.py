"""Facts of waiting and of every end: done, failed, out of service, goodbye."""

from PySide6.QtQml import QmlElement

from kiosk.screens import Failure, Goodbye, OutOfService, Success, Wait, Work
from ui import words
from ui.models.facts import Facts, fact, last4

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class WaitFacts(Facts):
    """What takes a moment; `still` after three seconds."""

    title = fact(Wait, str, lambda s, _: words.work(s.work))
    still = fact(Wait, bool, lambda s, _: s.still)
    mayCancel = fact(Wait, bool, lambda s, _: s.may_cancel)
    drawn = fact(Wait, bool, lambda s, _: s.drawing is not None)
    starting = fact(Wait, bool, lambda s, _: s.work is Work.STARTING)


@QmlElement
class SuccessFacts(Facts):
    """A movement is done."""

    kind = fact(Success, str, lambda s, _: s.kind)
    amount = fact(
        Success,
        str,
        lambda s, sums: (
            sums.written(s.amount_minor) if s.kind == "transfer" else sums.cash(s.amount_minor)
        ),
    )
    hasAmount = fact(Success, bool, lambda s, _: s.amount_minor > 0)
    reference = fact(Success, str, lambda s, _: s.reference)
    last4 = fact(Success, str, lambda s, _: last4(s.account))
    number = fact(Success, str, lambda s, _: s.account.number if s.account else "")
    payee = fact(Success, str, lambda s, _: s.payee_name)
    userName = fact(Success, str, lambda s, _: s.user_name)
    receipt = fact(Success, str, lambda s, _: s.receipt.value)


@QmlElement
class FailureFacts(Facts):
    """What happened, what of the money, what to do now, and under which reference."""

    happened = fact(Failure, str, lambda s, _: words.problem(s.problem).happened)
    now = fact(Failure, str, lambda s, _: words.problem(s.problem).now)
    money = fact(Failure, str, lambda s, _: words.money(s.money))
    amount = fact(Failure, str, lambda s, sums: sums.cash(s.amount_minor or None))
    reference = fact(Failure, str, lambda s, _: s.reference)
    backToMenu = fact(Failure, bool, lambda s, _: s.back_to_menu)
    receipt = fact(Failure, str, lambda s, _: s.receipt.value)


@QmlElement
class OutOfServiceFacts(Facts):
    """Why the machine serves nobody, for the operator's line."""

    reason = fact(OutOfService, str, lambda s, _: words.problem(s.reason).happened)
    reference = fact(OutOfService, str, lambda s, _: s.reference)
    since = fact(OutOfService, str, lambda s, _: s.since_notice)
    staffProblem = fact(
        OutOfService, str, lambda s, _: words.problem(s.staff_problem)[0] if s.staff_problem else ""
    )


@QmlElement
class GoodbyeFacts(Facts):
    """Whom to thank."""

    firstName = fact(Goodbye, str, lambda s, _: s.first_name)
