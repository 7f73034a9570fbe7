"""What lies in a machine's cassettes and bins, and what an operator may set in an exchange.

After XFS4IoT's interface Storage: between StartExchange and EndExchange the device pays and takes
nothing, and a person may open it. Counts are the device's own; a person's count replaces them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, Self

BinKind = Literal["reject", "retract", "deposit"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A cassette: ``count`` notes now, ``initial_count`` at the last exchange, room for
    ``capacity``."""

    unit: str
    denomination_minor: int
    count: int
    initial_count: int
    capacity: int
    usable: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """A place from which nothing is paid out, with the sum in it since it was emptied."""

    kind: BinKind
    sum_minor: int


@dataclass(frozen=True, slots=True)
class Storage:
    """One reading. ``exchange`` is the uid of the exchange that is open, or ""."""

    exchange: str
    cassettes: tuple[Loaded, ...]
    bins: tuple[Bin, ...]

    @property
    def total_minor(self) -> int:
        """All that the device has in it by its own counts."""
        paying = sum(each.denomination_minor * each.count for each in self.cassettes)
        return paying + sum(each.sum_minor for each in self.bins)

    def to_json(self) -> dict[str, Any]:
        """Return the reading as JSON has it."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Return a reading; raises ``ValueError``, ``KeyError`` or ``TypeError`` for nonsense."""
        return cls(
            exchange=str(body["exchange"]),
            cassettes=tuple(Loaded(**each) for each in body["cassettes"]),
            bins=tuple(Bin(**each) for each in body["bins"]),
        )


class CashStorage(Protocol):
    """The part of a cash device that an operator works with; all raise ``DeviceError``."""

    def storage(self) -> Storage:
        """Read the counts (Storage.GetStorage)."""
        ...

    def exchange_start(self, uid: str) -> Storage:
        """Stop paying and taking, so that a person may open the machine (Storage.StartExchange).

        For the ``uid`` of the exchange that is open already: nothing more.
        """
        ...

    def exchange_end(self, uid: str, loaded: Mapping[str, int] | None, *, emptied: bool) -> Storage:
        """Set the counts of cassettes by unit, and go back to work (SetStorage, EndExchange).

        None: the device's own counts stand. ``emptied``: the bins are empty now. What was jammed
        has been taken out. For an exchange that has ended already: nothing more.
        """
        ...
