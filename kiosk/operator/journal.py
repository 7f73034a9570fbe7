"""The journal's records as lines an operator may read: nothing that names or tells of a customer.

Only what is listed here is taken from a record; whatever a record may hold besides stays in it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.journal.record import Record
from kiosk.operator.screens import JournalLine
from protocol.errors import ProtocolError
from protocol.references import reference

_KINDS = frozenset({"withdrawal", "deposit", "transfer", "exchange", "service"})
_ADVICES = frozenset(
    {"confirm", "reversal", "credit", "case", "settle", "unload", "load", "surplus", "shortage"}
)


def page(
    records: Iterable[Record], before: int | None, most: int
) -> tuple[tuple[JournalLine, ...], bool]:
    """Return the newest ``most`` lines below sequence number ``before``, and whether more follow.

    ``records`` are oldest first.
    """
    kept: list[Record] = []
    for record in records:
        if before is not None and record.seq >= before:
            break
        kept.append(record)
        if len(kept) > 2 * most + 1:
            del kept[: len(kept) - most - 1]
    newest = kept[-most:]
    return tuple(line(record) for record in reversed(newest)), len(kept) > most


def line(record: Record) -> JournalLine:
    """Return what may be shown of a record."""
    data = record.data
    kind = data.get("kind")
    if record.word == "ALARM":
        known = kind if kind in _ADVICES else ""
    else:
        known = kind if kind in _KINDS else "journal"
    return JournalLine(
        seq=record.seq,
        at_s=record.at,
        word=record.word,
        kind=str(known),
        reference=_reference(record.tx or data.get("of")),
        amount_minor=_amount(data),
    )


def _reference(tx: object) -> str:
    try:
        return reference(str(tx)) if tx else ""
    except (ProtocolError, ValueError):
        return ""


def _amount(data: Mapping[str, Any]) -> int | None:
    match data.get("kind"):
        case "withdrawal" | "transfer":
            return int(data["amount_minor"])
        case "deposit":
            return sum(int(value) * count for value, count in data["counted"].items()) or None
        case "exchange" if data["sheet"] is not None:
            sheet = data["sheet"]
            bins = 0 if sheet["purpose"] == "replenish" else sheet["bins_minor"]
            return int(
                bins + sum(row["denomination_minor"] * row["loaded"] for row in sheet["rows"])
            )
    return None
