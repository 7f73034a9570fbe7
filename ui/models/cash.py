"""Facts of the screens with notes: withdrawal, deposit, and the tray."""

from PySide6.QtQml import QmlElement

from kiosk.screens import (
    DepositInsert,
    DepositReview,
    Notes,
    TakeBackNotes,
    TakeCash,
    Withdraw,
)
from ui import words
from ui.models.facts import Facts, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

FAN = 9
"""Notes drawn in a fan; more would hide one another."""


def total(notes: tuple[Notes, ...]) -> int:
    """The sum of notes, minor units."""
    return sum(n.denomination_minor * n.count for n in notes)


def count(notes: tuple[Notes, ...]) -> int:
    """How many pieces of paper."""
    return sum(n.count for n in notes)


@QmlElement
class WithdrawFacts(Facts):
    """The sums offered, the one chosen, and its notes."""

    last4 = fact(Withdraw, str, lambda s, _: s.account.last4)
    offered = fact(
        Withdraw,
        list,
        lambda s, sums: [
            {"minor": o, "text": sums.cash(o), "chosen": o == s.amount_minor}
            for o in s.offered_minor[:6]
        ],
    )
    amount = fact(Withdraw, str, lambda s, sums: sums.cash(s.amount_minor))
    typing = fact(Withdraw, bool, lambda s, _: s.typing)
    typed = fact(Withdraw, str, lambda s, _: s.typed)
    typedShown = fact(Withdraw, str, lambda s, sums: sums.typed(s.typed))
    mixes = fact(Withdraw, list, lambda s, _: [words.mix(m) for m in s.mixes])
    mixNames = fact(Withdraw, list, lambda s, _: [m.value for m in s.mixes])
    mix = fact(Withdraw, int, lambda s, _: s.mixes.index(s.mix) if s.mix in s.mixes else -1)
    notes = fact(Withdraw, list, lambda s, sums: sums.rows(s.notes))
    payable = fact(Withdraw, bool, lambda s, _: bool(s.notes))
    leftToday = fact(Withdraw, str, lambda s, sums: sums.cash(s.left_today_minor))
    most = fact(Withdraw, str, lambda s, sums: sums.cash(s.max_minor))
    smallest = fact(Withdraw, str, lambda s, sums: sums.cash(s.smallest_minor))
    problem = fact(Withdraw, str, lambda s, _: words.line(s.problem))


@QmlElement
class TakeCashFacts(Facts):
    """What lies in the tray, and for how long."""

    amount = fact(TakeCash, str, lambda s, sums: sums.cash(s.amount_minor))
    faces = fact(TakeCash, list, lambda s, sums: sums.faces(s.notes, FAN))
    seconds = fact(TakeCash, int, lambda s, _: s.seconds_left)


@QmlElement
class TakeBackNotesFacts(Facts):
    """The notes that were put in lie in the tray."""

    amount = fact(TakeBackNotes, str, lambda s, sums: sums.cash(total(s.counted)))
    faces = fact(TakeBackNotes, list, lambda s, sums: sums.faces(s.counted, FAN))
    seconds = fact(TakeBackNotes, int, lambda s, _: s.seconds_left)


@QmlElement
class DepositInsertFacts(Facts):
    """What the slot takes, and what it has counted."""

    last4 = fact(DepositInsert, str, lambda s, _: s.account.last4)
    accepts = fact(DepositInsert, str, lambda s, sums: sums.named(s.accepts_minor))
    faces = fact(
        DepositInsert,
        list,
        lambda s, sums: sums.faces(tuple(Notes(a, 1) for a in s.accepts_minor), FAN),
    )
    most = fact(DepositInsert, str, lambda s, sums: sums.cash(s.max_minor))
    mostNotes = fact(DepositInsert, int, lambda s, _: s.max_notes)
    counted = fact(DepositInsert, list, lambda s, sums: sums.rows(s.counted))
    total = fact(DepositInsert, str, lambda s, sums: sums.cash(total(s.counted)))
    count = fact(DepositInsert, int, lambda s, _: count(s.counted))
    returned = fact(DepositInsert, int, lambda s, _: s.returned_count)
    problem = fact(DepositInsert, str, lambda s, _: words.line(s.problem))


@QmlElement
class DepositReviewFacts(Facts):
    """The counted notes before they are stored."""

    last4 = fact(DepositReview, str, lambda s, _: s.account.last4)
    counted = fact(DepositReview, list, lambda s, sums: sums.rows(s.counted))
    total = fact(DepositReview, str, lambda s, sums: sums.cash(s.total_minor))
    count = fact(DepositReview, int, lambda s, _: count(s.counted))
    returned = fact(DepositReview, int, lambda s, _: s.returned_count)
