"""What went through the machine between two readings of its counts; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.devices.xfs4iot.counts import OPERATIONS, Count, Counts, Values


@dataclass(frozen=True, slots=True)
class Change:
    """What has passed between two readings.

    Notes are looked up by side and category. A count that fell although it only ever grows, and
    notes of a type that nobody knows, make the answers None: then nothing is known.
    """

    before: Counts
    now: Counts
    values: Values

    def sum_minor(self, side: str, *categories: str) -> int | None:
        """The sum that went there, None if it can't be told."""
        notes = self.notes(side, *categories)
        return None if notes is None else sum(value * n for value, n in notes.items())

    def notes(
        self, side: str, *categories: str, levels: Iterable[str] = ()
    ) -> dict[int, int] | None:
        """The notes by denomination in minor units; ``levels`` () are all conditions."""
        wanted, chosen = set(categories), set(levels)
        found: dict[int, int] = {}
        for count, by in self._changed():
            if count.side != side or count.category not in wanted:
                continue
            if count.item == OPERATIONS or (chosen and count.level not in chosen):
                continue
            value = self.values.get(count.item)
            if by < 0 or value is None:
                return None
            found[value] = found.get(value, 0) + by
        return found

    def operations(self) -> int:
        """How many retracts have put something into a unit; below zero if they were reset."""
        return sum(by for count, by in self._changed() if count.item == OPERATIONS)

    def _changed(self) -> Iterator[tuple[Count, int]]:
        for count in self.before.keys() | self.now.keys():
            by = self.now.get(count, 0) - self.before.get(count, 0)
            if by:
                yield count, by
