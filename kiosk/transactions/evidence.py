"""What a device's status proves about one transaction, and what it doesn't (MONEY.md 7).

A status may be the previous customer's. It counts only if it carries this transaction's uid, or if
uid and counters show that the device has done nothing since they were read. Everything else is
uncertain.
"""

from enum import Enum, auto

from kiosk.devices.status import Counters, DeviceStatus, Place


class Finding(Enum):
    """Where the notes of a withdrawal surely are."""

    NO_COMMAND = auto()  # the dispense never reached the device
    NOT_MOVED = auto()  # it did, and no note left a cassette
    INSIDE = auto()  # in transport or stacked, not all of the sum
    STACKED = auto()  # all of the sum is stacked
    PRESENTED = auto()
    TAKEN = auto()  # all of the sum is in the customer's hands
    REJECTED = auto()  # all that was picked is counted back inside, nobody could touch it
    RETRACTED = auto()  # all that was picked was presented and is counted back inside
    UNCERTAIN = auto()


def find_outgoing(
    uid: str, amount_minor: int, before: Counters | None, status: DeviceStatus | None
) -> Finding:
    """Judge a withdrawal; ``before`` are the counters read just before its command."""
    if status is None or status.counters is None or before is None:
        return Finding.UNCERTAIN
    out, now = status.outgoing, status.counters
    if out.uid != uid:
        return Finding.NO_COMMAND if now == before else Finding.UNCERTAIN
    if now.dispenses != before.dispenses + 1:
        return Finding.UNCERTAIN
    whole = out.picked_minor == amount_minor
    back = out.inside_minor == out.picked_minor
    match out.place:
        case Place.NONE if out.picked_minor == 0:
            return Finding.NOT_MOVED
        case Place.STACKED if whole:
            return Finding.STACKED
        case Place.TRANSPORT | Place.STACKED:
            return Finding.INSIDE
        case Place.PRESENTED:
            return Finding.PRESENTED
        case Place.TAKEN if whole and out.inside_minor == 0:
            return Finding.TAKEN
        case Place.REJECTED if back:
            return Finding.REJECTED
        case Place.RETRACTED if back and status.counting_retract:
            return Finding.RETRACTED
    return Finding.UNCERTAIN


def find_incoming(uid: str, before: Counters | None, status: DeviceStatus | None) -> Place | None:
    """Return where a deposit's notes surely are, None if uncertain.

    ``Place.NONE``: the device has not acted since ``before`` was read, so it holds nothing of it.
    """
    if status is None or status.counters is None or before is None:
        return None
    into, now = status.incoming, status.counters
    if into.uid != uid:
        return Place.NONE if now == before else None
    if into.place is Place.UNKNOWN or into.place is Place.NONE:
        return None
    stores = now.stores - before.stores
    if stores != (1 if into.place in (Place.STORED, Place.TRANSPORT) else 0) and not (
        # A store that failed to begin, or notes kept after it, leave the counter one ahead.
        into.place is Place.RETRACTED and stores == 1
    ):
        return None
    return into.place
