"""All that the simulated device is, and how it is kept on disk.

Sums are minor units. ``Evidence`` is what a person with a stopwatch and a counting machine would
have written down about one transaction.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from kiosk.cash.cassettes import Cassette
from kiosk.devices.status import Counters, DeviceStatus, Incoming, Outgoing, Place
from kiosk.devices.storage import Bin, BinKind, Loaded, Storage
from kiosk.journal.disk import write_whole

MAX_EVIDENCE: Final = 1000
CAPACITY: Final = 2500
"""Notes that a cassette has room for."""
FIRST_LOAD: Final = (
    Cassette("C1", 5000, 1000),
    Cassette("C2", 2000, 1500),
    Cassette("C3", 1000, 2000),
)
"""100,000.00, as the demo's bank has booked it (terminal_loaded_minor)."""
NO_BINS: Final[Mapping[BinKind, int]] = {"reject": 0, "retract": 0, "deposit": 0}

NOTHING_OUT: Final = Outgoing("", Place.NONE, 0, 0)
NOTHING_IN: Final = Incoming("", Place.NONE, (), 0)
NEW: Final = Counters()


class Fault(StrEnum):
    """What shall go wrong at the next opportunity."""

    JAM_NOTHING = "jam_nothing"  # dispense fails before any note moves
    PARTIAL = "partial"  # half the notes are stacked
    JAM_UNKNOWN = "jam_unknown"  # dispense fails, position unknown
    PRESENT_NONE = "present_none"  # present fails, notes surely still stacked
    PRESENT_UNKNOWN = "present_unknown"  # present fails, the customer has the notes
    PRESENT_UNKNOWN_INSIDE = "present_unknown_inside"  # present fails, the notes are inside
    NOT_TAKEN = "not_taken"  # the customer never takes the notes
    TOOK_SOME = "took_some"  # the customer takes some of the notes
    SUSPECT_NOTE = "suspect_note"  # one of the next notes may be a counterfeit: it is kept apart
    STORE_JAM = "store_jam"  # storing fails, position unknown
    WALKAWAY_TAKES = "walkaway_takes"  # the customer takes the notes once the kiosk is dead


@dataclass(frozen=True, slots=True)
class Evidence:
    """One transaction: commands that arrived, and where its notes ended.

    ``suspect`` counts notes, all else but ``cmds`` is minor units.
    """

    cmds: int = 0
    taken: int = 0
    given: int = 0
    retr: int = 0
    rej: int = 0
    ret: int = 0
    adrift: int = 0
    suspect: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The device. ``tray_minor`` are notes in the tray that were dispensed.

    ``bins_minor`` is what lies in each bin since it was emptied, ``initial`` the notes in each
    cassette at the last exchange; ``exchange`` and ``exchanged`` the exchange that is open, and the
    last that has ended.
    """

    cassettes: tuple[Cassette, ...] = FIRST_LOAD
    loaded_minor: int = sum(each.denomination_minor * each.count for each in FIRST_LOAD)
    counters: Counters = NEW
    outgoing: Outgoing = NOTHING_OUT
    tray_minor: int = 0
    half_picked: bool = False
    incoming: Incoming = NOTHING_IN
    accepts_minor: tuple[int, ...] = ()
    max_notes: int = 0
    max_minor: int = 0
    fault: Fault | None = None
    sensor_unknown: bool = False
    out_jammed: bool = False
    in_jammed: bool = False
    auto_customer: bool = False
    cleared: int = 0
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    bins_minor: Mapping[BinKind, int] = field(default_factory=lambda: dict(NO_BINS))
    initial: Mapping[str, int] = field(
        default_factory=lambda: {each.unit: each.count for each in FIRST_LOAD}
    )
    exchange: str = ""
    exchanged: str = ""

    def noting(self, uid: str, **more: int) -> Self:
        """Return the state with sums added to a transaction's evidence."""
        old = self.evidence.get(uid, Evidence())
        new = replace(old, **{name: getattr(old, name) + by for name, by in more.items()})
        kept = list({**self.evidence, uid: new}.items())[-MAX_EVIDENCE:]
        return replace(self, evidence=dict(kept))

    def keeping(self, kind: BinKind, sum_minor: int) -> Self:
        """Return the state with a sum more in a bin."""
        held = self.bins_minor.get(kind, 0) + sum_minor
        return replace(self, bins_minor={**self.bins_minor, kind: held})

    def storage(self) -> Storage:
        """Return what an operator is told of cassettes and bins."""
        return Storage(
            exchange=self.exchange,
            cassettes=tuple(
                Loaded(
                    unit=each.unit,
                    denomination_minor=each.denomination_minor,
                    count=each.count,
                    initial_count=self.initial.get(each.unit, each.count),
                    capacity=CAPACITY,
                    usable=each.usable,
                )
                for each in self.cassettes
            ),
            bins=tuple(Bin(kind, self.bins_minor.get(kind, 0)) for kind in NO_BINS),
        )

    def totals(self) -> Evidence:
        """Return the sums over all transactions that are remembered."""
        rows = [asdict(each) for each in self.evidence.values()]
        return Evidence(**{name: sum(r[name] for r in rows) for name in asdict(Evidence())})

    def status(self) -> DeviceStatus:
        """Return what the device's own sensors say."""
        outgoing, incoming = self.outgoing, self.incoming
        if self.sensor_unknown:
            outgoing = replace(outgoing, place=Place.UNKNOWN)
            incoming = replace(incoming, place=Place.UNKNOWN)
        return DeviceStatus(
            counters=None if self.sensor_unknown else self.counters,
            outgoing=outgoing,
            incoming=incoming,
            cassettes=self.cassettes,
            pays=not self.out_jammed and not self.exchange,
            takes=not self.in_jammed and not self.exchange,
            counting_retract=True,
            cleared=self.cleared,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON has it."""
        body = asdict(self) | {"status": self.status().to_json()}
        return body | {"sensors": replace(self, sensor_unknown=False).status().to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return a state; raises ``ValueError``, ``KeyError`` or ``TypeError`` for nonsense."""
        body = dict(found)
        del body["status"]
        seen = DeviceStatus.from_json(body.pop("sensors"))
        body |= {
            "cassettes": seen.cassettes,
            "counters": seen.counters,
            "outgoing": seen.outgoing,
            "incoming": seen.incoming,
            "accepts_minor": tuple(body["accepts_minor"]),
            "fault": None if body["fault"] is None else Fault(body["fault"]),
            "evidence": {uid: Evidence(**row) for uid, row in body["evidence"].items()},
        }
        return cls(**body)

    def save(self, path: Path) -> None:
        """Make the state durable."""
        write_whole(path, json.dumps(self.to_json()).encode())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the state on disk, or a freshly loaded device if there is none.

        Raises:
            ValueError, KeyError, TypeError: the file is no state of this device.
        """
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return cls()
        return cls.from_json(json.loads(data))
