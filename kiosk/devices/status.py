"""What a cash device says of itself: where the notes are, whose, and what it has ever done.

``None`` for counters and ``Place.UNKNOWN`` mean that a sensor can't tell; nothing may be concluded
from them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from kiosk.cash.cassettes import Cassette
from kiosk.cash.notes import from_tally, tally
from kiosk.screens import Notes


class Place(StrEnum):
    """Where a transaction's notes are."""

    NONE = "none"  # nothing was moved, or nothing is known of any notes
    TRANSPORT = "transport"
    STACKED = "stacked"
    PRESENTED = "presented"  # in the tray, for the customer to take
    TAKEN = "taken"
    REJECTED = "rejected"
    RETRACTED = "retracted"
    OPEN = "open"  # acceptor: the slot is open
    ESCROW = "escrow"
    STORED = "stored"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Counters:
    """Physical acts over the device's life; equal counters mean that nothing has moved since.

    ``storage`` stands for the counts of a device that counts notes instead of acts.
    """

    dispenses: int = 0
    presents: int = 0
    retracts: int = 0
    rejects: int = 0
    accepts: int = 0
    stores: int = 0
    returns: int = 0
    storage: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The last dispense: its ``uid``, what left the cassettes, and what of it is back inside.

    ``inside_minor`` is what reject and retract have counted back into the machine.
    """

    uid: str
    place: Place
    picked_minor: int
    inside_minor: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """The last cash-in: its ``uid``, the notes counted, and how many were handed back unread."""

    uid: str
    place: Place
    counted: tuple[Notes, ...]
    refused_count: int


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """One reading of the device.

    ``counting_retract``: a retract counts note by note, so its sum is evidence. ``cleared`` counts
    how often a person has opened and emptied the device.
    """

    counters: Counters | None
    outgoing: Outgoing
    incoming: Incoming
    cassettes: tuple[Cassette, ...]
    pays: bool
    takes: bool
    counting_retract: bool
    cleared: int

    def to_json(self) -> dict[str, Any]:
        """Return the reading as JSON has it."""
        incoming = asdict(self.incoming) | {"counted": tally(self.incoming.counted)}
        return asdict(self) | {"incoming": incoming}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Return a reading; raises ``ValueError``, ``KeyError`` or ``TypeError`` for nonsense."""
        out, into = body["outgoing"], body["incoming"]
        counters = body["counters"]
        return cls(
            counters=None if counters is None else Counters(**counters),
            outgoing=Outgoing(**{**out, "place": Place(out["place"])}),
            incoming=Incoming(
                uid=into["uid"],
                place=Place(into["place"]),
                counted=from_tally(into["counted"]),
                refused_count=into["refused_count"],
            ),
            cassettes=tuple(Cassette(**each) for each in body["cassettes"]),
            pays=body["pays"],
            takes=body["takes"],
            counting_retract=body["counting_retract"],
            cleared=body["cleared"],
        )
