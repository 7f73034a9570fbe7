"""The demo's panel: sample fingers, cash to play with, servers to stop, the last PIN proof."""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from queue import SimpleQueue

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens import ProofShown, View
from ui.models.facts import Sums
from ui.panel import CashFacts, DatabaseRow, PanelDoors, SampleFinger, ServerRow

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

_LOG = logging.getLogger(__name__)

EVERY_S = 0.5
DENOMINATIONS_MINOR = (500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True)
class Seen:
    """What the doors said last."""

    fingers: tuple[SampleFinger, ...] = ()
    servers: tuple[ServerRow, ...] = ()
    databases: tuple[DatabaseRow, ...] = ()
    cash: CashFacts | None = None


def _short(text: str) -> str:
    return text if len(text) <= 25 else f"{text[:12]}…{text[-12:]}"


@QmlElement
class Panel(QObject):
    """Asks the doors every half second on its own thread; touches are queued to the same thread."""

    seenChanged = Signal()
    proofChanged = Signal()
    _arrived = Signal(object)

    def __init__(self, doors: PanelDoors, currency: str = "EUR") -> None:
        super().__init__()
        self._doors = doors
        self._sums = Sums(currency)
        self._seen = Seen()
        self._proof: ProofShown | None = None
        self._health: dict[str, bool] = {}
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._ended = threading.Event()
        self._arrived.connect(self._keep)
        self._thread = threading.Thread(target=self._watch, name="panel", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; it ends after its present call."""
        self._ended.set()
        self._thread.join(3)

    def _watch(self) -> None:
        while not self._ended.is_set():
            while not self._tasks.empty():
                self._quietly(self._tasks.get())
            self._quietly(self._look)
            self._ended.wait(EVERY_S)

    def _quietly(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001 - whatever a door fails with, the next look goes on
            _LOG.warning("The demo's panel could not do that: %s", error)

    def _look(self) -> None:
        doors = self._doors
        seen = Seen(doors.fingers(), doors.servers(), doors.databases(), doors.cash())
        self._arrived.emit(seen)

    @Slot(object)
    def _keep(self, seen: Seen) -> None:
        if seen != self._seen:
            self._seen = seen
            self.seenChanged.emit()

    @Slot(object)
    def show(self, view: View) -> None:
        """Keep the last proof and the servers' health as the kiosk sees it."""
        health = dict(view.servers)
        if health != self._health:
            self._health = health
            self.seenChanged.emit()
        if view.proof != self._proof:
            self._proof = view.proof
            self.proofChanged.emit()

    def _finger_rows(self) -> list[dict[str, object]]:
        return [
            {
                "name": f.name,
                "userName": f.user_name,
                "number": f.number,
                "pin": f.pin,
                "pictures": [QUrl.fromLocalFile(str(p)) for p in f.pictures],
            }
            for f in self._seen.fingers
        ]

    def _server_rows(self) -> list[dict[str, object]]:
        return [
            {
                "name": s.name,
                "port": s.port,
                "state": s.state,
                "healthy": self._health.get(s.name, False),
            }
            for s in self._seen.servers
        ]

    def _proof_rows(self) -> list[dict[str, str]]:
        if self._proof is None:
            return []
        shown = (
            ("Commitment", self._proof.commitment),
            ("Challenge", self._proof.challenge),
            ("Response", self._proof.response),
        )
        return [{"name": name, "value": _short(value)} for name, value in shown]

    def _tray(self) -> str:
        cash = self._seen.cash
        return self._sums.cash(cash.tray_minor) if cash and cash.tray_minor else ""

    def _cassettes(self) -> str:
        cash = self._seen.cash
        if cash is None:
            return ""
        return "  ".join(f"{self._sums.cash(value)} × {count}" for value, count in cash.cassettes)

    fingers = Property(list, _finger_rows, notify=seenChanged)
    servers = Property(list, _server_rows, notify=seenChanged)
    databases = Property(
        list, lambda self: [asdict(each) for each in self._seen.databases], notify=seenChanged
    )
    tray = Property(str, _tray, notify=seenChanged)
    cassettes = Property(str, _cassettes, notify=seenChanged)
    slotOpen = Property(
        bool, lambda self: bool(self._seen.cash and self._seen.cash.slot_open), notify=seenChanged
    )
    jamWaits = Property(
        bool, lambda self: bool(self._seen.cash and self._seen.cash.jam_waits), notify=seenChanged
    )
    notes = Property(
        list,
        lambda self: [{"minor": d, "text": self._sums.cash(d)} for d in DENOMINATIONS_MINOR],
        constant=True,
    )
    proof = Property(list, _proof_rows, notify=proofChanged)
    verdict = Property(
        str, lambda self: self._proof.verdict if self._proof else "", notify=proofChanged
    )
    proofServer = Property(
        str, lambda self: self._proof.server if self._proof else "", notify=proofChanged
    )
    proofBytes = Property(
        int, lambda self: self._proof.bytes_sent if self._proof else 0, notify=proofChanged
    )

    @Slot(str)
    def stopServer(self, name: str) -> None:
        """End a server."""
        self._tasks.put(lambda: self._doors.stop_server(name))

    @Slot(str)
    def freezeServer(self, name: str) -> None:
        """Freeze a server."""
        self._tasks.put(lambda: self._doors.freeze_server(name))

    @Slot(str)
    def startServer(self, name: str) -> None:
        """Start a server, or let a frozen one go on."""
        self._tasks.put(lambda: self._doors.start_server(name))

    @Slot(str)
    def killDatabase(self, name: str) -> None:
        """Cut a database's power."""
        self._tasks.put(lambda: self._doors.kill_database(name))

    @Slot(str)
    def freezeDatabase(self, name: str) -> None:
        """Freeze a database."""
        self._tasks.put(lambda: self._doors.freeze_database(name))

    @Slot(str)
    def reviveDatabase(self, name: str) -> None:
        """Switch a database on again, or let a frozen one go on."""
        self._tasks.put(lambda: self._doors.revive_database(name))

    @Slot(int)
    def insertNote(self, denomination_minor: int) -> None:
        """Put one note into the slot."""
        self._tasks.put(lambda: self._doors.insert_notes(denomination_minor, 1))

    @Slot()
    def takeNotes(self) -> None:
        """Take what lies in the tray."""
        self._tasks.put(self._doors.take_notes)

    @Slot()
    def jam(self) -> None:
        """Let the next dispense fail."""
        self._tasks.put(self._doors.jam)
