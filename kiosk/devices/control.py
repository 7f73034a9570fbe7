"""The control channel of the simulated device, for tests and for the demo's panel."""

import threading
from pathlib import Path
from typing import Any

from kiosk.devices.connection import Connection
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.status import DeviceStatus
from kiosk.devices.wire import SUCCESS, TOKEN_FILE


class DeviceControl:
    """Hands at the simulated device: thread-safe, connects when needed.

    ``folder`` is the device's (``DATA/kiosk/device``), where its token lies.
    """

    def __init__(self, folder: Path, port: int, timeout_s: float = 5.0) -> None:
        """Nothing is sent yet."""
        self._folder = folder
        self._port = port
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._number = 0

    def facts(self) -> dict[str, Any]:
        """Return ``simulator.server.facts``: status, totals, evidence by uid, cassettes."""
        return self._ask("facts")

    def status(self) -> DeviceStatus:
        """Return the true status, whatever the sensors say."""
        return DeviceStatus.from_json(self.facts()["status"])

    def insert(self, denomination_minor: int, count: int) -> dict[str, Any]:
        """Put notes into the open slot; ``DeviceRefused("slot_closed")`` if it is closed."""
        return self._ask("insert", denomination_minor=denomination_minor, count=count)

    def take(self) -> dict[str, Any]:
        """Take the notes in the tray."""
        return self._ask("take")

    def set_fault(self, fault: str | None) -> dict[str, Any]:
        """Arm one fault of ``simulator.state.Fault``, or none."""
        return self._ask("fault", fault=fault)

    def set_sensor_unknown(self, unknown: bool) -> dict[str, Any]:
        """Make the device blind, or let it see again."""
        return self._ask("sensor", unknown=unknown)

    def set_auto_customer(self, auto: bool) -> dict[str, Any]:
        """Let a customer take notes by themselves after a moment, or not."""
        return self._ask("customer", auto=auto)

    def clear(self) -> dict[str, Any]:
        """Open the device and remove what is jammed, as a technician does."""
        return self._ask("clear")

    def load(self, denomination_minor: int, count: int) -> dict[str, Any]:
        """Set the count of a cassette."""
        return self._ask("load", denomination_minor=denomination_minor, count=count)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _ask(self, command: str, **more: Any) -> dict[str, Any]:
        with self._lock:
            self._number += 1
            body = {"id": self._number, "command": command, **more}
            try:
                if self._connection is None:
                    self._connection = self._connect()
                answer = self._connection.ask(body, self._timeout_s, lambda _event: None)
            except DeviceAway:
                if self._connection is not None:
                    self._connection.close()
                self._connection = None
                raise
            if answer.get("code") != SUCCESS:
                raise DeviceRefused(str(answer.get("code")))
            return answer

    def _connect(self) -> Connection:
        try:
            token = (self._folder / TOKEN_FILE).read_text()
        except OSError as error:
            raise DeviceAway("the device has not been started") from error
        greeting = {"channel": "control", "token": token}
        return Connection(("127.0.0.1", self._port), greeting, self._timeout_s)
