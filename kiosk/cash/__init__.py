"""Notes: sums of them, the cassettes they lie in, and which to pay a sum in."""

from collections.abc import Sequence
from typing import Final

from kiosk.cash import mixes
from kiosk.cash.notes import counts
from kiosk.screens import Mix, Notes

MAX_NOTES: Final = 40
"""What the dispenser stacks and presents at once."""


def plan(available: tuple[Notes, ...], amount_minor: int, mix: Mix) -> tuple[Notes, ...]:
    """Return the notes to pay a sum in from those ``available``; () if it is not payable so."""
    return mixes.plan(amount_minor, counts(available), mix, MAX_NOTES)


def offered(
    available: tuple[Notes, ...], max_minor: int, wishes_minor: Sequence[int]
) -> tuple[int, ...]:
    """Return the sums to offer up to ``max_minor``: of the wishes those that can be paid."""
    return mixes.offered(max_minor, counts(available), wishes_minor, MAX_NOTES)
