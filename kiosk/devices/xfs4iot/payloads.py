"""What is sent with the orders that move notes; pure.

Source: CWA 17852 "XFS4IoT", interfaces CashDispenser, CashAcceptor and CashManagement.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kiosk.cash.cassettes import Cassette
from kiosk.cash.notes import counts
from kiosk.devices.xfs4iot.counts import major
from kiosk.devices.xfs4iot.units import Unit
from kiosk.screens import Notes

OUT_DEFAULT: Final = {"position": "outDefault"}
TO_REJECT: Final = {"position": {"target": "reject"}}
TO_RETRACT_BIN: Final = {
    "location": {"outputPosition": "outDefault", "retractArea": "retract", "index": 1}
}


def picks(cassettes: tuple[Cassette, ...], notes: tuple[Notes, ...]) -> dict[str, int]:
    """Return how many notes to take from which unit, the fullest first; {} if there are too few."""
    chosen: dict[str, int] = {}
    for denomination, wanted in counts(notes).items():
        left = wanted
        usable = [c for c in cassettes if c.usable and c.denomination_minor == denomination]
        for cassette in sorted(usable, key=lambda each: -each.count):
            took = min(left, cassette.count)
            if took:
                chosen[cassette.unit] = took
            left -= took
        if left:
            return {}
    return chosen


def dispense(
    chosen: Mapping[str, int], amount_minor: int, currency: str, newest: int
) -> tuple[dict[str, Any], str]:
    """Return payload and version of CashDispenser.Dispense for the ``newest`` major version that
    the service tells (0: none): each note is named, so the machine chooses no mix."""
    sums = {currency: major(amount_minor, currency)}
    if newest in (1, 2):
        named: dict[str, Any] = {"currencies": sums, "values": dict(chosen)}
        version = f"{newest}.0"
    else:
        named = {"app": {"currencies": sums, "counts": dict(chosen)}}
        version = "3.0"
    return {"denomination": {"denomination": named}, **OUT_DEFAULT}, version


def set_counts(
    paying: Iterable[Unit], loaded: Mapping[str, int] | None, emptied: Iterable[str]
) -> dict[str, Any]:
    """Return the payload of Storage.SetStorage: ``loaded`` notes by unit (None: unchanged), and
    the bins that are empty now; {} if nothing is to be set."""
    held = {} if loaded is None else loaded
    set_now: dict[str, dict[str, Any]] = {
        unit.cassette.unit: {unit.item: {"fit": held[unit.cassette.unit]}}
        for unit in paying
        if unit.cassette.unit in held
    }
    set_now |= {name: {"unrecognized": 0} for name in emptied}
    return {"storage": {name: {"cash": {"status": {"initial": n}}} for name, n in set_now.items()}}


def cash_in_start(max_notes: int, max_minor: int, currency: str) -> dict[str, Any]:
    """Return the payload of CashAcceptor.CashInStart."""
    return {
        "useRecycleUnits": True,
        "inputPosition": "inDefault",
        "outputPosition": "outDefault",
        "totalItemsLimit": max_notes,
        "amountLimit": [{"currency": currency, "value": major(max_minor, currency)}],
    }


def configure_note_types(wanted: Mapping[str, bool], now: Mapping[str, bool]) -> dict[str, Any]:
    """Return the payload of CashAcceptor.ConfigureNoteTypes for the types that change."""
    changed = [name for name in wanted if wanted[name] != now[name]]
    return {"items": [{"item": name, "enabled": wanted[name]} for name in changed]}
