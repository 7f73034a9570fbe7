"""What is in the machine's storage units and what has passed through them; pure.

Source: CWA 17852 "XFS4IoT", interface Storage (Storage.GetStorage). A unit's counts lie under
``initial`` (at the last replenishment), ``out`` (stacked, presented, rejected...) and ``in``
(deposited, retracted...).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.cash.cassettes import Cassette
from kiosk.devices.storage import Bin, BinKind, Loaded, Storage
from kiosk.devices.xfs4iot.counts import (
    OPERATIONS,
    Count,
    Counts,
    NoUnits,
    Values,
    members,
    minor,
    notes_in,
    number_of,
    object_of,
    to_rows,
)

MAX_UNITS: Final = 64
MAX_COUNTS: Final = 10_000
_LOW: Final = 50
_PAYING: Final = ("low", "ok", "high", "full", "")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that pays: the cassette, its note type's name, and room for ``capacity`` notes."""

    cassette: Cassette
    item: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Units:
    """One reading: the units that pay, the others by name, and every count of every unit."""

    paying: tuple[Unit, ...]
    bins: Mapping[str, BinKind]
    counts: Counts

    @property
    def cassettes(self) -> tuple[Cassette, ...]:
        """The cassettes that pay."""
        return tuple(unit.cassette for unit in self.paying)

    @property
    def fingerprint(self) -> str:
        """Equal for equal counts: while it stays, no note has gone through any unit."""
        return hashlib.sha256(json.dumps(to_rows(self.counts)).encode()).hexdigest()[:32]

    @property
    def loaded(self) -> Counts:
        """What was in the units at their last replenishments: changes when somebody counts."""
        return {count: n for count, n in self.counts.items() if count.side == "initial"}


def as_storage(units: Units, values: Values, exchange: str) -> Storage:
    """Return the reading as an operator is shown it; notes of no known value count nothing."""
    sums: dict[BinKind, int] = {"reject": 0, "retract": 0, "deposit": 0}
    first: dict[str, int] = {}
    for count, number in units.counts.items():
        if count.side == "initial":
            first[count.unit] = first.get(count.unit, 0) + number
        if count.unit in units.bins and count.side in ("initial", "in"):
            sums[units.bins[count.unit]] += number * values.get(count.item, 0)
    return Storage(
        exchange=exchange,
        cassettes=tuple(
            Loaded(
                unit=unit.cassette.unit,
                denomination_minor=unit.cassette.denomination_minor,
                count=unit.cassette.count,
                initial_count=first.get(unit.cassette.unit, 0),
                capacity=unit.capacity,
                usable=unit.cassette.usable,
            )
            for unit in units.paying
        ),
        bins=tuple(Bin(kind, total) for kind, total in sums.items()),
    )


def read_units(payload: Mapping[str, Any], currency: str, values: Values) -> Units:
    """The reading of a Storage.GetStorage completion; raises ``NoUnits``."""
    units = list(members(payload.get("storage")))
    if not units or len(units) > MAX_UNITS:
        raise NoUnits("no storage units, or too many")
    counts: dict[Count, int] = {}
    paying: list[Unit] = []
    bins: dict[str, BinKind] = {}
    for name, unit in units:
        cash = object_of(unit.get("cash"))
        status = object_of(cash.get("status"))
        own = dict(_unit_counts(name, status))
        counts |= own
        if len(counts) > MAX_COUNTS:
            raise NoUnits("too many counts")
        configuration = object_of(cash.get("configuration"))
        named = configuration.get("types") or object_of(cash.get("capabilities")).get("types")
        types = object_of(named)
        if not types.get("cashOut"):
            bins[name] = _bin(types)
        elif configuration.get("currency") == currency:
            value = minor(configuration.get("value"), currency)
            item = _item(configuration, own, values, value)
            if value and item:
                cassette = _cassette(name, unit, configuration, status, value, own)
                paying.append(Unit(cassette, item, number_of(unit.get("capacity"))))
    return Units(tuple(paying), bins, {count: n for count, n in counts.items() if n})


def _cassette(
    name: str,
    unit: Mapping[str, Any],
    configuration: Mapping[str, Any],
    status: Mapping[str, Any],
    value: int,
    counts: Counts,
) -> Cassette:
    held = sum(-n if count.side == "out" else n for count, n in counts.items() if _is_note(count))
    low = configuration.get("lowThreshold") or _LOW
    replenishment = status.get("replenishmentStatus") or ""
    usable = (
        unit.get("status") == "ok"
        and configuration.get("appLockOut") is not True
        and status.get("operationStatus") != "dispenseInoperative"
        and replenishment in _PAYING
    )
    return Cassette(name, value, max(0, held), number_of(low), usable)


def _is_note(count: Count) -> bool:
    return count.item != OPERATIONS and (count.side, count.category) != ("in", "transport")


def _unit_counts(name: str, status: Mapping[str, Any]) -> Iterator[tuple[Count, int]]:
    yield from notes_in(name, "initial", "", object_of(status.get("initial")))
    for side in ("out", "in"):
        for category, notes in object_of(status.get(side)).items():
            if category == OPERATIONS:
                yield Count(name, side, "retracted", OPERATIONS, ""), number_of(notes)
            else:
                yield from notes_in(name, side, category, object_of(notes))


def _item(configuration: Mapping[str, Any], counts: Counts, values: Values, value: int) -> str:
    """The name of the note type of a unit: of those it may hold or holds, the first so valued."""
    listed = configuration.get("cashItems")
    named = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    named += sorted({count.item for count in counts if count.side == "initial"})
    named += sorted(values)
    return next((item for item in named if values.get(item) == value), "")


def _bin(types: Mapping[str, Any]) -> BinKind:
    if types.get("reject"):
        return "reject"
    retracts = types.get("cashInRetract") or types.get("cashOutRetract")
    return "retract" if retracts and not types.get("cashIn") else "deposit"
