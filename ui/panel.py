"""What the demo's panel needs from the demo: fingers, servers, cash. `launch` implements it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

ServerState = Literal["running", "stopped", "frozen", "starting"]


@dataclass(frozen=True)
class SampleFinger:
    """A demo customer with PIN and pictures of the finger."""

    name: str
    user_name: str
    number: str
    pin: str
    pictures: tuple[Path, ...]


@dataclass(frozen=True)
class ServerRow:
    """A bank server and what became of it."""

    name: str
    port: int
    state: ServerState


@dataclass(frozen=True)
class DatabaseRow:
    """A node of the replicated database.

    `role`: "leader", "standby" or "" where it does not answer; `counted`: the leader may count on
    it; `power`: "on", "off" or "frozen", as somebody switched it.
    """

    name: str
    role: str
    state: str
    counted: bool
    power: str


@dataclass(frozen=True)
class CashFacts:
    """The simulated cash unit: notes (denomination in minor units, count) and what it waits for."""

    cassettes: tuple[tuple[int, int], ...]
    tray_minor: int
    slot_open: bool
    jam_waits: bool


class PanelDoors(Protocol):
    """Called on a worker thread of the panel, one call at a time; may block for seconds."""

    def fingers(self) -> tuple[SampleFinger, ...]:
        """The demo's customers; empty until the bank has made them."""

    def servers(self) -> tuple[ServerRow, ...]:
        """The bank's servers."""

    def databases(self) -> tuple[DatabaseRow, ...]:
        """The nodes of the replicated database; none where there is a single one."""

    def cash(self) -> CashFacts | None:
        """The cash unit, or None while it does not answer."""

    def stop_server(self, name: str) -> None:
        """End a server's process."""

    def freeze_server(self, name: str) -> None:
        """Stop a server's process without ending it."""

    def start_server(self, name: str) -> None:
        """Start a stopped server, or let a frozen one go on."""

    def kill_database(self, name: str) -> None:
        """Cut a node's power."""

    def freeze_database(self, name: str) -> None:
        """Hold a node still without its knowing."""

    def revive_database(self, name: str) -> None:
        """Switch a dead node on, or let a frozen one go on."""

    def insert_notes(self, denomination_minor: int, count: int) -> None:
        """Put notes into the open slot."""

    def take_notes(self) -> None:
        """Take what lies in the tray."""

    def jam(self) -> None:
        """Let the next dispense fail once."""
