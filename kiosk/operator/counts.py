"""The device's counts beside the journal's: two witnesses, neither of whom asks the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.devices.storage import Storage
from kiosk.journal.record import Record
from kiosk.operator.screens import BinCount, CassetteCount, MachineCounts

_PAID = ("TAKEN", "DONE")
_GIVEN_BACK = ("REVERSAL_PENDING", "REVERSED")
_STORED = ("CREDIT_PENDING", "DONE")
LOW_SHARE = 10
"""A cassette is low below a tenth of what it holds."""


@dataclass
class Tally:
    """What the journal says since the last exchange: notes by denomination, sums by bin.

    ``since_s`` is None where it knows of no exchange. Notes that were rejected before anybody saw
    them are in no record, so the journal's ``paid`` leaves them out.
    """

    since_s: int | None = None
    paid: dict[int, int] = field(default_factory=dict)
    deposited_minor: int = 0
    retracted_minor: int = 0
    in_doubt_minor: int = 0


def tally(records: Iterable[Record]) -> Tally:
    """Add up a journal's records, oldest first."""
    found = Tally()
    last: dict[str, Record] = {}
    for record in records:
        kind = record.data.get("kind")
        if kind == "exchange" and record.word == "APPROVED":
            kept_in, taken_back = _sums(last.values())
            emptied = record.data["purpose"] == "replenish"
            found.deposited_minor = 0 if emptied else found.deposited_minor + kept_in
            found.retracted_minor = 0 if emptied else found.retracted_minor + taken_back
            found.since_s = record.at
            last.clear()
        elif kind in ("withdrawal", "deposit"):
            last[record.tx] = record
    kept_in, taken_back = _sums(last.values())
    found.deposited_minor += kept_in
    found.retracted_minor += taken_back
    for record in last.values():
        if record.data["kind"] == "withdrawal" and _left_the_cassettes(record):
            for denomination, count in record.data["notes"].items():
                value = int(denomination)
                found.paid[value] = found.paid.get(value, 0) + count
        if record.word == "SUSPENDED":
            found.in_doubt_minor += _amount(record.data)
    return found


def _sums(records: Iterable[Record]) -> tuple[int, int]:
    """What was stored for customers, and what was taken back from the tray, in minor units."""
    stored = retracted = 0
    for record in records:
        if record.data["kind"] == "deposit" and record.word in _STORED:
            stored += _amount(record.data)
        if record.word in _GIVEN_BACK and record.data.get("retracted"):
            retracted += _amount(record.data)
    return stored, retracted


def _left_the_cassettes(record: Record) -> bool:
    back = record.word in _GIVEN_BACK and record.data.get("retracted")
    return record.word in _PAID or bool(back)


def _amount(data: Mapping[str, Any]) -> int:
    if data["kind"] == "withdrawal":
        return int(data["amount_minor"])
    return sum(int(denomination) * count for denomination, count in data["counted"].items())


def compared(storage: Storage, found: Tally) -> MachineCounts:
    """Both witnesses side by side."""
    by_value: dict[int, int] = {}
    for each in storage.cassettes:
        by_value[each.denomination_minor] = by_value.get(each.denomination_minor, 0) + 1
    known = found.since_s is not None
    journal_minor = {"deposit": found.deposited_minor, "retract": found.retracted_minor}
    return MachineCounts(
        cassettes=tuple(
            CassetteCount(
                unit=each.unit,
                denomination_minor=each.denomination_minor,
                loaded=each.initial_count,
                count=each.count,
                gone=each.initial_count - each.count,
                # The journal knows denominations: of two cassettes of one it cannot tell which.
                paid=found.paid.get(each.denomination_minor, 0)
                if by_value[each.denomination_minor] == 1
                else None,
                capacity=each.capacity,
                low=each.count * LOW_SHARE < each.capacity,
                usable=each.usable,
            )
            for each in storage.cassettes
        ),
        bins=tuple(
            BinCount(each.kind, each.sum_minor, journal_minor.get(each.kind))
            for each in storage.bins
        ),
        total_minor=storage.total_minor,
        since_s=found.since_s if known else None,
        in_doubt_minor=found.in_doubt_minor,
    )
