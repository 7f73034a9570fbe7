"""Counts of notes as the standard's messages have them; pure.

Source: CWA 17852 "XFS4IoT", interface CashManagement: a list of counts has the device's names of
note types, under each the numbers by condition (fit, unfit, suspect, counterfeit, inked), and
``unrecognized``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from protocol.money import exponent

GENUINE: Final = ("fit", "unfit")
PASSING: Final = ("stacked", "transport", "diverted")
"""Categories of notes on their way; all others only grow until the unit is counted anew."""
OPERATIONS: Final = "retractOperations"
_UNRECOGNISED: Final = "unrecognized"

Values = Mapping[str, int]
"""The value of each note type of our currency, by its name, in minor units."""


class NoUnits(ValueError):
    """What the device says of its units makes no sense; nothing may be concluded from it."""


@dataclass(frozen=True, slots=True)
class Count:
    """Where a number of notes is told: ``side`` is initial, in or out, ``category`` what became of
    them ("" for initial), ``item`` the note type, ``level`` its condition."""

    unit: str
    side: str
    category: str
    item: str
    level: str


Counts = Mapping[Count, int]
"""Every count that is not zero."""


def read_values(payload: Mapping[str, Any], currency: str) -> dict[str, int]:
    """The values of CashManagement.GetBankNoteTypes; raises ``NoUnits``."""
    found = {}
    for name, entry in members(payload.get("items")):
        item = entry.get("cashItem")
        if isinstance(item, dict) and item.get("currency") == currency:
            found[name] = minor(item.get("value"), currency)
    return {name: value for name, value in found.items() if value > 0}


def minor(value: object, currency: str) -> int:
    """A value in major units, as JSON has it, in minor ones; 0 if it is none.

    Raises ``NoUnits`` for what is no whole number of minor units.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return 0
    # As it was written: a float's own fraction is not the note's.
    found = Decimal(str(value)).scaleb(exponent(currency))
    if found != found.to_integral_value() or not 0 <= found < 10**12:
        raise NoUnits(f"{value} is no sum of {currency}")
    return int(found)


def major(value_minor: int, currency: str) -> float | int:
    """A sum as the standard's messages have it, in major units."""
    found = Decimal(value_minor).scaleb(-exponent(currency))
    return int(found) if found == found.to_integral_value() else float(found)


def to_rows(counts: Counts) -> list[list[Any]]:
    """Return counts as JSON has them, in order."""
    return sorted([c.unit, c.side, c.category, c.item, c.level, n] for c, n in counts.items())


def from_rows(rows: list[list[Any]]) -> dict[Count, int]:
    """Return the counts of ``to_rows``; raises ``NoUnits``."""
    try:
        return {Count(*map(str, row[:5])): number_of(row[5]) for row in rows}
    except (TypeError, IndexError) as error:
        raise NoUnits("these are no counts") from error


def notes_of(
    found: Mapping[str, Any], values: Values, levels: Iterable[str] = GENUINE
) -> dict[int, int] | None:
    """Genuine notes of a list of counts, by denomination in minor units; None: one is unknown."""
    notes: dict[int, int] = {}
    for count, number in notes_in("", "", "", found):
        if number and count.level in levels:
            value = values.get(count.item)
            if value is None:
                return None
            notes[value] = notes.get(value, 0) + number
    return notes


def notes_in(
    unit: str, side: str, category: str, found: Mapping[str, Any]
) -> Iterator[tuple[Count, int]]:
    """Return the counts of one list; raises ``NoUnits``."""
    for item, levels in found.items():
        if item == _UNRECOGNISED:
            yield Count(unit, side, category, item, ""), number_of(levels)
        else:
            for level, number in object_of(levels).items():
                yield Count(unit, side, category, item, level), number_of(number)


def members(found: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the named objects of one, as lists of units and types are; raises ``NoUnits``."""
    for name, entry in object_of(found).items():
        if not isinstance(entry, dict) or len(name) > 100:
            raise NoUnits("a list of the device's makes no sense")
        yield name, entry


def object_of(found: object) -> dict[str, Any]:
    """Return an object, {} for one that is left out; raises ``NoUnits``."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise NoUnits("what the device says is no object")
    return found


def number_of(found: object) -> int:
    """Return a count, 0 for one that is left out; raises ``NoUnits``."""
    if found is None:
        return 0
    if type(found) is not int or not 0 <= found < 10**9:
        raise NoUnits("a count is a whole number from zero up")
    return found
