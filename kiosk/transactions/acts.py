"""What goes into a step (events) and what comes out (effects), for all three transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from backend_client.outcomes import Decision
from kiosk.devices.status import DeviceStatus
from kiosk.devices.storage import Storage
from kiosk.transactions.words import Word
from protocol.messages.money import Order, Outcome
from protocol.messages.operator import CountSheet


class Transaction(Protocol):
    """What the driver needs to know of a withdrawal, a deposit or a transfer."""

    @property
    def uid(self) -> str:
        """The transaction's id, which is its first request's too."""
        ...

    @property
    def word(self) -> Word:
        """The last durable word."""
        ...

    def to_data(self) -> dict[str, Any]:
        """Return everything a restart needs, for the journal."""
        ...


class Doing(Enum):
    """A device's act, and the reading of its status that follows each."""

    NOTHING = auto()
    BEFORE = auto()  # only read: counters just before a command is announced
    INSPECT = auto()  # only read: what became of a command
    DISPENSE = auto()
    PRESENT = auto()
    AWAIT = auto()  # wait until the customer has taken the notes, or the time is over
    REJECT = auto()
    RETRACT = auto()
    OPEN = auto()
    CLOSE = auto()
    STORE = auto()
    RETURN = auto()


# Events


@dataclass(frozen=True, slots=True)
class Begun:
    """The customer wants it; ``status`` was just read (None: the device is away)."""

    status: DeviceStatus | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The word is durable."""

    word: Word


@dataclass(frozen=True, slots=True)
class RecordFailed:
    """The disk refused; the word before stays what a restart will find."""

    word: Word


@dataclass(frozen=True, slots=True)
class Answered:
    """The bank's decision about the transaction's own request, or none."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class DeviceRead:
    """The device's status after an act; None: it could not be read in time."""

    status: DeviceStatus | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The bank's decision about the transaction's advice or settlement."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rebooted:
    """The kiosk starts; ``tail_lost``: records after the last may have been lost."""

    tail_lost: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The customer, during a deposit: close the slot, open it, store, or give back."""

    doing: Doing


@dataclass(frozen=True, slots=True)
class OpenSafe:
    """An operator goes on with an exchange that is open."""


@dataclass(frozen=True, slots=True)
class SheetMade:
    """An operator has counted; a later sheet replaces an earlier one."""

    sheet: CountSheet


@dataclass(frozen=True, slots=True)
class Approved:
    """Two operators, by the bank's ids, have approved the sheet at the bank."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An operator ends an exchange without a count."""


@dataclass(frozen=True, slots=True)
class StorageRead:
    """Cassettes and bins after an act at the safe; None: they could not be read."""

    storage: Storage | None


Event = (
    Begun
    | Recorded
    | RecordFailed
    | Answered
    | DeviceRead
    | Acknowledged
    | Rebooted
    | Asked
    | OpenSafe
    | SheetMade
    | Approved
    | GivenUp
    | StorageRead
)

# Effects

MakeOrder = Callable[[str], Order]


@dataclass(frozen=True, slots=True)
class Record:
    """Make the state's word durable, with an order signed in the same record if there is one.

    ``order`` makes it from a fresh uid, which an order with a uid of its own leaves unused.
    """

    state: Transaction
    order: MakeOrder | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the transaction's own signed request and wait for the decision."""


@dataclass(frozen=True, slots=True)
class Do:
    """Let the device act, then read its status."""

    doing: Doing


@dataclass(frozen=True, slots=True)
class Forward:
    """Give the last signed request to store-and-forward; ``wait`` a moment for its answer."""

    wait: bool


@dataclass(frozen=True, slots=True)
class Safe:
    """Let the device stop for an operator, or go back to work; then read its storage."""

    closing: bool


Effect = Record | Submit | Do | Forward | Safe
