"""The cash device as the kiosk uses it: ``port.CashDevice`` over a connection of lines."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from kiosk.cash.notes import tally
from kiosk.devices.connection import Connection
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.port import CLOSE_S
from kiosk.devices.status import DeviceStatus
from kiosk.devices.storage import Storage
from kiosk.devices.wire import SUCCESS
from kiosk.screens import Notes


class SocketDevice:
    """A device program at ``address``; connects when needed and again after a loss.

    ``on_event`` hears of every event's name (``transport``, ``presented``...) on the calling
    thread. ``command_s`` is the longest a physical command may take. Calls from several threads
    wait for each other.
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        command_s: float = 30.0,
        answer_s: float = 5.0,
        on_event: Callable[[str], None] = lambda _name: None,
    ) -> None:
        """Nothing is sent yet."""
        self._address = address
        self._command_s = command_s
        self._answer_s = answer_s
        self._on_event = on_event
        self._lock = threading.RLock()
        self._connection: Connection | None = None
        self._changes: deque[DeviceStatus] = deque(maxlen=100)
        self._number = 0
        self._closed = False

    def status(self) -> DeviceStatus:
        """Read where everything is (Common.Status, Storage.GetStorage)."""
        with self._lock:
            if self._connection is not None:
                # A device that was restarted meanwhile has lost the connection, not the question.
                with suppress(DeviceAway):
                    return self._ask("Common.Status", "", self._answer_s)
            return self._ask("Common.Status", "", self._answer_s)

    def dispense(self, uid: str, notes: tuple[Notes, ...]) -> DeviceStatus:
        """See ``CashDevice``."""
        return self._ask("CashDispenser.Dispense", uid, self._command_s, notes=tally(notes))

    def present(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            # What was said about earlier notes is not about these.
            self._changes.clear()
            return self._ask("CashDispenser.Present", uid, self._command_s)

    def reject(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        return self._ask("CashDispenser.Reject", uid, self._command_s)

    def retract(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        return self._ask("CashManagement.Retract", uid, self._command_s)

    def cash_in_start(
        self, uid: str, accepts_minor: tuple[int, ...], max_notes: int, max_minor: int
    ) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._changes.clear()
            return self._ask(
                "CashAcceptor.CashInStart",
                uid,
                self._command_s,
                accepts=list(accepts_minor),
                max_notes=max_notes,
                max_minor=max_minor,
            )

    def cash_in(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        return self._ask("CashAcceptor.CashIn", uid, self._command_s)

    def cash_in_end(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        return self._ask("CashAcceptor.CashInEnd", uid, self._command_s)

    def cash_in_rollback(self, uid: str) -> DeviceStatus:
        """See ``CashDevice``."""
        with self._lock:
            self._changes.clear()
            return self._ask("CashAcceptor.CashInRollback", uid, self._command_s)

    def storage(self) -> Storage:
        """See ``CashStorage``."""
        with self._lock:
            if self._connection is not None:
                with suppress(DeviceAway):
                    return self._store("Storage.GetStorage", "")
            return self._store("Storage.GetStorage", "")

    def exchange_start(self, uid: str) -> Storage:
        """See ``CashStorage``."""
        return self._store("Storage.StartExchange", uid)

    def exchange_end(self, uid: str, loaded: Mapping[str, int] | None, *, emptied: bool) -> Storage:
        """See ``CashStorage``."""
        counts = None if loaded is None else dict(loaded)
        return self._store("Storage.EndExchange", uid, loaded=counts, emptied=emptied)

    def wait_change(self, timeout_s: float) -> DeviceStatus | None:
        """See ``CashDevice``."""
        with self._lock:
            if self._changes:
                return self._changes.popleft()
            connection = self._connected()
            try:
                heard = connection.receive(timeout_s)
            except DeviceAway:
                self._drop()
                raise
            if heard is None or "event" not in heard:
                return None
            self._hear(heard)
            return self._changes.popleft() if self._changes else None

    def close(self) -> None:
        """See ``CashDevice``; what became of a command is asked after the next start."""
        ended = self._lock.acquire(timeout=CLOSE_S)
        self._closed = True
        try:
            if ended:
                self._drop()
            elif (connection := self._connection) is not None:
                connection.wake()
        finally:
            if ended:
                self._lock.release()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _ask(self, command: str, uid: str, timeout_s: float, **more: Any) -> DeviceStatus:
        return _status(self._answer(command, uid, timeout_s, **more))

    def _store(self, command: str, uid: str, **more: Any) -> Storage:
        return _storage(self._answer(command, uid, self._answer_s, **more))

    def _answer(self, command: str, uid: str, timeout_s: float, **more: Any) -> dict[str, Any]:
        with self._lock:
            self._number += 1
            body = {"id": self._number, "command": command, "uid": uid, **more}
            try:
                answer = self._connected().ask(body, timeout_s, self._hear)
                _status(answer)
            except DeviceAway:
                # A late answer must never be taken for the next command's.
                self._drop()
                raise
            if answer.get("code") != SUCCESS:
                raise DeviceRefused(str(answer.get("code")))
            return answer

    def _connected(self) -> Connection:
        if self._closed:
            raise DeviceAway("this program is ending")
        if self._connection is None:
            self._connection = Connection(self._address, {"channel": "host"}, self._answer_s)
        return self._connection

    def _hear(self, event: dict[str, Any]) -> None:
        self._on_event(str(event["event"]))
        with suppress(DeviceAway):
            self._changes.append(_status(event))


def _status(body: dict[str, Any]) -> DeviceStatus:
    try:
        return DeviceStatus.from_json(body["status"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeviceAway("the device talks nonsense") from error


def _storage(body: dict[str, Any]) -> Storage:
    try:
        return Storage.from_json(body["storage"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeviceAway("the device talks nonsense") from error
