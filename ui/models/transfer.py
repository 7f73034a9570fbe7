"""Facts of the four steps of a transfer: to whom, how much, what for, the last look."""

from PySide6.QtQml import QmlElement

from kiosk.screens import TransferAmount, TransferPayee, TransferReview, TransferText
from ui import words
from ui.models.facts import Facts, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class TransferPayeeFacts(Facts):
    """To whom."""

    last4 = fact(TransferPayee, str, lambda s, _: s.account.last4)
    to = fact(TransferPayee, str, lambda s, _: s.to)
    problem = fact(TransferPayee, str, lambda s, _: words.line(s.problem))


@QmlElement
class TransferAmountFacts(Facts):
    """How much."""

    last4 = fact(TransferAmount, str, lambda s, _: s.account.last4)
    payee = fact(TransferAmount, str, lambda s, _: s.payee_name)
    payeeLast4 = fact(TransferAmount, str, lambda s, _: s.payee_last4)
    typed = fact(TransferAmount, str, lambda s, _: s.typed)
    typedShown = fact(TransferAmount, str, lambda s, sums: sums.typed(s.typed))
    ready = fact(TransferAmount, bool, lambda s, _: bool(s.amount_minor))
    leftToday = fact(TransferAmount, str, lambda s, sums: sums.written(s.left_today_minor))
    problem = fact(TransferAmount, str, lambda s, _: words.line(s.problem))


@QmlElement
class TransferTextFacts(Facts):
    """What for."""

    last4 = fact(TransferText, str, lambda s, _: s.account.last4)
    payee = fact(TransferText, str, lambda s, _: s.payee_name)
    amount = fact(TransferText, str, lambda s, sums: sums.written(s.amount_minor))
    text = fact(TransferText, str, lambda s, _: s.text)
    problem = fact(TransferText, str, lambda s, _: words.line(s.problem))


@QmlElement
class TransferReviewFacts(Facts):
    """The last look before the PIN."""

    last4 = fact(TransferReview, str, lambda s, _: s.account.last4)
    payee = fact(TransferReview, str, lambda s, _: s.payee_name)
    payeeLast4 = fact(TransferReview, str, lambda s, _: s.payee_last4)
    amount = fact(TransferReview, str, lambda s, sums: sums.written(s.amount_minor))
    text = fact(TransferReview, str, lambda s, _: s.text)
