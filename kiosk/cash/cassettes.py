"""Cassettes: where notes to be paid lie, and how many can be counted on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cassette:
    """A cassette of the dispenser as the device reports it.

    ``usable`` is false when it is missing, jammed or locked. ``low_count`` is where it counts as
    low: it still pays, and an operator is told.
    """

    unit: str
    denomination_minor: int
    count: int
    low_count: int = 50
    usable: bool = True

    @property
    def low(self) -> bool:
        """Whether it should be filled soon."""
        return self.usable and self.count <= self.low_count


def stock(cassettes: Iterable[Cassette]) -> dict[int, int]:
    """Return the notes that can be paid, by denomination; empty and unusable cassettes are out."""
    found: dict[int, int] = {}
    for cassette in cassettes:
        if cassette.usable and cassette.count > 0:
            found[cassette.denomination_minor] = (
                found.get(cassette.denomination_minor, 0) + cassette.count
            )
    return found
