"""Bundles of notes: ``tuple[Notes, ...]``, largest denomination first, no empty member."""

from collections.abc import Iterable, Mapping

from kiosk.screens import Notes


def bundle(counts: Mapping[int, int]) -> tuple[Notes, ...]:
    """Return notes from counts by denomination in minor units.

    Raises:
        ValueError: a count below zero or a denomination that is not positive.
    """
    if any(count < 0 or denomination <= 0 for denomination, count in counts.items()):
        raise ValueError("notes are counted from zero up")
    return tuple(Notes(d, counts[d]) for d in sorted(counts, reverse=True) if counts[d])


def counts(notes: Iterable[Notes]) -> dict[int, int]:
    """Return counts by denomination in minor units."""
    found: dict[int, int] = {}
    for each in notes:
        found[each.denomination_minor] = found.get(each.denomination_minor, 0) + each.count
    return found


def total_minor(notes: Iterable[Notes]) -> int:
    """Return the sum of notes in minor units."""
    return sum(each.denomination_minor * each.count for each in notes)


def tally(notes: Iterable[Notes]) -> dict[str, int]:
    """Return notes as messages carry them: counts by denomination as text."""
    return {str(denomination): count for denomination, count in counts(notes).items()}


def from_tally(found: Mapping[str, int]) -> tuple[Notes, ...]:
    """Return the notes of a message's tally; raises ``ValueError`` for what is none."""
    return bundle({int(denomination): int(count) for denomination, count in found.items()})
