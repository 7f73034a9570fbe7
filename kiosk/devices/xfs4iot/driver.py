"""A cash machine behind XFS4IoT services, as the kiosk uses it: ``port.CashDevice``.

Whose the last order was is in our own note (``note``), durable before the order is sent; what
became of it is judged from the machine's counts and sensors (``judging``). An order is never
repeated, and no uid is dispensed or stored twice.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from kiosk.cash.notes import counts, total_minor
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.port import CLOSE_S
from kiosk.devices.status import DeviceStatus, Place
from kiosk.devices.storage import Storage
from kiosk.devices.xfs4iot import payloads
from kiosk.devices.xfs4iot.asking import ACCEPTORS, Asking
from kiosk.devices.xfs4iot.judging import Reading, judge, recounted
from kiosk.devices.xfs4iot.note import Book, NoteDamaged, NoteFile, Stage
from kiosk.devices.xfs4iot.services import Line, Machine, find_machine, shortcomings
from kiosk.devices.xfs4iot.slot import OpenSlot
from kiosk.devices.xfs4iot.units import as_storage
from kiosk.screens import Notes

_log = logging.getLogger(__name__)
_POLL_S: Final = 1.0
_SLICE_S: Final = 0.05
_ON_THE_WAY: Final = (Place.TRANSPORT, Place.STACKED, Place.PRESENTED, Place.OPEN, Place.ESCROW)
_OUT_OVER: Final = (Place.TAKEN, Place.REJECTED, Place.RETRACTED)
_IN_OVER: Final = (Place.STORED, Place.RETRACTED)
_EVENTS: Final = {
    "CashDispenser.StartDispenseEvent": "transport",
    "CashManagement.ItemsPresentedEvent": "presented",
    "CashManagement.ItemsTakenEvent": "taken",
}


@dataclass(frozen=True, slots=True)
class Xfs4IotSettings:
    """``address``: of the machine's publisher, of a service, or "" for the standard's ports.

    ``counting_retract``: the machine counts what it retracts note by note, so the sum is evidence.
    ``command_s``: the longest a physical order may take. ``settle_s``: how long the counts must
    stay the same after an order whose end was not heard.
    """

    address: str
    currency: str
    counting_retract: bool = False
    command_s: float = 30.0
    settle_s: float = 1.5


class Xfs4IotDevice:
    """The machine of ``settings``; ``folder`` is where the note is kept.

    ``on_event`` hears of events as ``SocketDevice`` tells them. Calls from several threads wait for
    each other.
    """

    def __init__(
        self,
        settings: Xfs4IotSettings,
        folder: Path,
        *,
        on_event: Callable[[str], None] = lambda _name: None,
    ) -> None:
        """Nothing is sent yet."""
        self._settings = settings
        self._file = NoteFile(folder / "orders.json")
        self._on_event = on_event
        self._lock = threading.RLock()
        self._machine: Machine | None = None
        self._asking: Asking | None = None
        self._book: Book | None = None
        self._slot: OpenSlot | None = None
        self._heard: set[str] = set()
        self._stirred = threading.Event()
        self._read_at = monotonic()
        self._told: DeviceStatus | None = None
        self._logged = ""

    def status(self) -> DeviceStatus:
        """Read where everything is."""
        with self._lock:
            return self._after()

    def dispense(self, uid: str, notes: tuple[Notes, ...]) -> DeviceStatus:
        """See ``CashDevice``; the order names each cassette, so no mix of the machine's is used."""
        with self._lock:
            reading = self._settled()
            book = self._books()
            if book.out is not None and book.out.uid == uid:
                raise DeviceRefused("uid_used")
            if reading.units is None or not reading.dispenser.clear:
                raise DeviceRefused("not_clear")
            most = self._parts().dispenser.part("cashDispenser").get("maxDispenseItems")
            if isinstance(most, int) and 0 < most < sum(counts(notes).values()):
                raise DeviceRefused("tooManyItems")
            picks = payloads.picks(reading.units.cassettes, notes)
            if not picks:
                raise DeviceRefused("not_dispensable")
            newest = self._parts().dispenser.newest("CashDispenser", "Dispense")
            payload, version = payloads.dispense(
                picks, total_minor(notes), self._settings.currency, newest
            )
            self._write(book.dispensing(uid, reading.units.counts, reading.present))
            self._order(uid, self._lines().dispenser, "CashDispenser.Dispense", payload, version)
            self._on_event("stacked")
            return self._after()

    def present(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._own_out(uid, Place.STACKED)
            line = self._lines().dispenser
            self._order(uid, line, "CashDispenser.Present", payloads.OUT_DEFAULT)
            return self._after()

    def reject(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``; what does not lie on the stacker is cleared away by a reset."""
        with self._lock:
            self._own_out(uid, Place.STACKED, Place.TRANSPORT)
            line = self._lines().dispenser
            with suppress(DeviceRefused):
                self._order(uid, line, "CashDispenser.Reject")
            if self._judged(self._settled()).outgoing.place in (Place.STACKED, Place.TRANSPORT):
                self._order(uid, line, "CashManagement.Reset", payloads.TO_REJECT)
            return self._after()

    def retract(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._shut_slot()
            found = self._judged(self._settled())
            out, into = found.outgoing, found.incoming
            if out.uid == uid and out.place is Place.PRESENTED:
                line = self._lines().dispenser
            elif into.uid == uid and into.place in (Place.OPEN, Place.ESCROW, Place.PRESENTED):
                line = self._lines().acceptor
            else:
                raise DeviceRefused("nothing_to_retract")
            self._order(uid, line, "CashManagement.Retract", payloads.TO_RETRACT_BIN)
            return self._after()

    def cash_in_start(
        self, uid: str, accepts_minor: tuple[int, ...], max_notes: int, max_minor: int
    ) -> DeviceStatus:
        """See ``CashDevice``. The limits are those of the first opening for this uid."""
        with self._lock:
            reading = self._settled()
            into = self._judged(reading).incoming
            if into.uid != uid:
                book = self._books()
                if reading.units is None or not reading.acceptor.clear:
                    raise DeviceRefused("not_clear")
                self._accept_only(accepts_minor)
                self._write(book.accepting(uid, reading.units.counts))
                limits = payloads.cash_in_start(max_notes, max_minor, self._settings.currency)
                self._order(uid, self._lines().acceptor, "CashAcceptor.CashInStart", limits)
                self._write(self._books().staged(Stage.OPEN))
            elif into.place not in (Place.OPEN, Place.ESCROW):
                raise DeviceRefused("wrong_place")
            if self._slot is None or not self._slot.is_open:
                self._slot = OpenSlot(self._parts().acceptor.uri, self._stirred.set)
                self._slot.open(self._settings.command_s)
            return self._after()

    def cash_in(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._own_in(uid)
            self._shut_slot()
            return self._after()

    def cash_in_end(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._own_in(uid)
            self._shut_slot()
            into = self._judged(self._settled()).incoming
            if into.place is not Place.ESCROW:
                raise DeviceRefused("wrong_place")
            if self._stage() is not Stage.OPEN:
                raise DeviceRefused("uid_used")
            self._write(self._books().staged(Stage.STORING, into.counted))
            self._order(
                uid,
                self._lines().acceptor,
                "CashAcceptor.CashInEnd",
                acknowledged=lambda: self._on_event("storing"),
            )
            self._on_event("stored")
            return self._after()

    def cash_in_rollback(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._own_in(uid)
            self._shut_slot()
            into = self._judged(self._settled()).incoming
            if into.place is not Place.ESCROW:
                raise DeviceRefused("wrong_place")
            self._write(self._books().staged(Stage.RETURNING, into.counted))
            line = self._lines().acceptor
            # With nothing to give back it ends the cash-in all the same, and says "noItems".
            with suppress(DeviceRefused):
                self._order(uid, line, "CashAcceptor.CashInRollback")
            return self._after()

    def wait_change(self, timeout_s: float) -> DeviceStatus | None:
        """See ``CashDevice``. A machine that tells nothing by itself is asked once a second."""
        with self._lock:
            deadline = monotonic() + timeout_s
            while not self._stirred.is_set() and monotonic() - self._read_at < _POLL_S:
                left_s = deadline - monotonic()
                if left_s <= 0:
                    return None
                for line in self._both():
                    line.listen(min(_SLICE_S, left_s))
            told, self._told = self._told, self._after()
            return None if self._told == told else self._told

    def storage(self) -> Storage:
        """See ``CashStorage``."""
        with self._lock:
            return self._storage(self._read())

    def exchange_start(self, uid: str) -> Storage:
        """See ``CashStorage``; refused while a customer's notes are on their way."""
        with self._lock:
            book = self._books()
            if not uid or book.exchange not in ("", uid):
                raise DeviceRefused("exchange_active")
            if book.exchange == uid:
                return self._storage(self._read())
            found = self._judged(self._settled())
            if {found.outgoing.place, found.incoming.place} & set(_ON_THE_WAY):
                raise DeviceRefused("not_clear")
            # Noted first: nothing is paid from a machine that may be open.
            self._write(book.exchanging(uid))
            for line in self._both():
                with _already("exchangeActive"):
                    line.order("Storage.StartExchange", timeout_s=self._settings.command_s)
            return self._storage(self._read())

    def exchange_end(self, uid: str, loaded: Mapping[str, int] | None, *, emptied: bool) -> Storage:
        """See ``CashStorage``."""
        with self._lock:
            book = self._books()
            if uid and book.exchanged == uid:
                return self._storage(self._read())
            reading = self._read()
            if not uid or book.exchange != uid or reading.units is None:
                raise DeviceRefused("no_exchange")
            paying, lines = reading.units.paying, self._lines()
            if loaded is not None and loaded.keys() != {u.cassette.unit for u in paying}:
                raise DeviceRefused("other_cassettes")
            if any(0 < u.capacity < (loaded or {}).get(u.cassette.unit, 0) for u in paying):
                raise DeviceRefused("above_capacity")
            bins = reading.units.bins if emptied else ()
            own = [name for name in bins if not name.startswith(ACCEPTORS)]
            others = [n.removeprefix(ACCEPTORS) for n in bins if n.startswith(ACCEPTORS)]
            self._set(lines.dispenser, payloads.set_counts(paying, loaded, own))
            self._set(lines.acceptor, payloads.set_counts((), None, others))
            for line in self._both():
                with _already("noExchangeActive"):
                    line.order("Storage.EndExchange", timeout_s=self._settings.command_s)
            after = self._lines().read(slot_open=False)
            if after.units is None:
                raise DeviceAway("the machine does not tell its counts")
            self._write(book.exchange_over(after.units.loaded))
            return self._storage(after)

    def _set(self, line: Line, payload: dict[str, Any]) -> None:
        if payload["storage"]:
            line.order("Storage.SetStorage", payload, timeout_s=self._settings.command_s)

    def _storage(self, reading: Reading) -> Storage:
        if reading.units is None:
            raise DeviceAway("the machine does not tell its counts")
        return as_storage(reading.units, reading.values, self._books().exchange)

    def _both(self) -> tuple[Line, ...]:
        lines = self._lines()
        return tuple(dict.fromkeys((lines.dispenser, lines.acceptor)))

    def close(self) -> None:
        """See ``CashDevice``; what became of an order is judged after the next start."""
        ended = self._lock.acquire(timeout=CLOSE_S)
        try:
            if ended:
                self._shut_slot()
            if (asking := self._asking) is not None:
                asking.dispenser.end()
                asking.acceptor.end()
        finally:
            if ended:
                self._lock.release()

    def _order(
        self,
        uid: str,
        line: Line,
        name: str,
        payload: dict[str, Any] | None = None,
        version: str = "2.0",
        acknowledged: Callable[[], None] = lambda: None,
    ) -> None:
        """Send what moves notes; until its end was heard, nothing is sure about ``uid``."""
        self._heard.discard(uid)
        # What an order's own answer has shown is told again by the next change.
        self._told = None
        try:
            line.order(
                name,
                payload,
                timeout_s=self._settings.command_s,
                version=version,
                on_event=self._hear,
                on_acknowledge=acknowledged,
            )
        except DeviceRefused:
            self._heard.add(uid)
            raise
        self._heard.add(uid)

    def _hear(self, name: str, _payload: dict[str, Any]) -> None:
        self._stirred.set()
        if name in _EVENTS:
            self._on_event(_EVENTS[name])

    def _after(self) -> DeviceStatus:
        return self._judged(self._settled())

    def _judged(self, reading: Reading) -> DeviceStatus:
        return judge(
            self._books(),
            reading,
            slot_open=self._slot_open(),
            counting_retract=self._settings.counting_retract,
        )

    def _settled(self) -> Reading:
        """Read the machine; after an order whose end was not heard, until its counts stand still.

        Raises:
            DeviceAway: it does not answer, is at work, or notes are still on their way.
        """
        reading = self._read()
        book = self._books()
        waiting = {note.uid for note in (book.out, book.into) if note is not None} - self._heard
        if waiting and not self._slot_open() and not self._over(reading):
            # Not sleep, which the jump of a clock may break.
            threading.Event().wait(self._settings.settle_s)
            again = self._read()
            if again != reading:
                raise DeviceAway("the machine is still at work")
            self._heard |= waiting
        return reading

    def _over(self, reading: Reading) -> bool:
        """Return whether no order that is still on its way could change what was found."""
        found = self._judged(reading)
        idle = found.incoming.place is Place.TAKEN and self._stage() is Stage.RETURNING
        out_over = found.outgoing.place in _OUT_OVER or self._books().out is None
        in_over = found.incoming.place in _IN_OVER or self._books().into is None
        return out_over and (in_over or idle)

    def _read(self) -> Reading:
        self._stirred.clear()
        reading = self._lines().read(slot_open=self._slot_open())
        self._read_at = monotonic()
        book = self._books()
        if reading.units is not None and recounted(book, reading.units):
            self._write(book.recounted(reading.units.loaded))
        return reading

    def _own_out(self, uid: str, *places: Place) -> None:
        out = self._judged(self._settled()).outgoing
        if out.uid != uid or out.place not in places:
            raise DeviceRefused("wrong_place")

    def _own_in(self, uid: str) -> None:
        into = self._books().into
        if into is None or into.uid != uid:
            raise DeviceRefused("wrong_place")

    def _stage(self) -> Stage | None:
        into = self._books().into
        return None if into is None else into.stage

    def _accept_only(self, accepts_minor: tuple[int, ...]) -> None:
        """Let the machine take these denominations of our currency and nothing else."""
        asking = self._lines()
        asking.read(slot_open=False)
        wanted = {name: asking.value_of(name) in accepts_minor for name in asking.enabled}
        if wanted != asking.enabled:
            payload = payloads.configure_note_types(wanted, asking.enabled)
            asking.acceptor.order("CashAcceptor.ConfigureNoteTypes", payload)
            asking.enabled = wanted

    def _slot_open(self) -> bool:
        return self._slot is not None and self._slot.is_open

    def _shut_slot(self) -> None:
        if self._slot is not None:
            self._slot.shut()
        self._slot = None

    def _books(self) -> Book:
        if self._book is None:
            try:
                self._book = self._file.read()
            except (NoteDamaged, OSError) as error:
                raise DeviceAway(str(error)) from error
        return self._book

    def _write(self, book: Book) -> None:
        try:
            self._file.write(book)
        except OSError as error:
            # What is not noted is not ordered.
            raise DeviceAway(f"the note of the machine's orders: {error}") from error
        self._book = book

    def _parts(self) -> Machine:
        if self._machine is None:
            try:
                machine = find_machine(self._settings.address)
                lacking = shortcomings(machine)
                if lacking:
                    raise DeviceAway(f"this cash machine can't be used: {'; '.join(lacking)}")
            except DeviceAway as error:
                # Asked every second, and told once, where an operator will look.
                if str(error) != self._logged:
                    self._logged = str(error)
                    _log.error("%s", error)
                raise
            self._machine = machine
        return self._machine

    def _lines(self) -> Asking:
        if self._asking is None:
            parts = self._parts()
            dispenser = Line(parts.dispenser.uri, self._hear)
            same = parts.acceptor.uri == parts.dispenser.uri
            acceptor = dispenser if same else Line(parts.acceptor.uri, self._hear)
            self._asking = Asking(dispenser, acceptor, self._settings.currency)
        return self._asking


@contextmanager
def _already(code: str) -> Iterator[None]:
    """Let an order pass that the machine refuses because it is so already."""
    try:
        yield
    except DeviceRefused as error:
        if error.code != code:
            raise
