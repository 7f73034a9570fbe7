"""A connection to a device program: lines out, lines in, within a time."""

import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from kiosk.devices.errors import DeviceAway
from kiosk.devices.wire import MAX_LINE_BYTES, Nonsense, from_line, to_line


class Connection:
    """A socket that speaks lines. Not thread-safe."""

    def __init__(
        self, address: tuple[str, int], greeting: dict[str, Any], timeout_s: float
    ) -> None:
        """Connect and greet.

        Raises:
            DeviceAway: nothing listens there, or it does not answer the greeting in time.
        """
        self._buffer = b""
        try:
            self._socket = socket.create_connection(address, timeout=timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise DeviceAway(f"no device at {address[0]}:{address[1]}") from error
        try:
            self.send(greeting)
            answer = self.receive(timeout_s)
        except DeviceAway:
            self.close()
            raise
        if answer is None or "greeted" not in answer:
            self.close()
            raise DeviceAway(str((answer or {}).get("code", "no greeting")))

    def send(self, body: dict[str, Any]) -> None:
        """Send a line; raises ``DeviceAway``."""
        try:
            self._socket.sendall(to_line(body))
        except OSError as error:
            raise DeviceAway("the connection is lost") from error

    def receive(self, timeout_s: float) -> dict[str, Any] | None:
        """Return the next line, or None after ``timeout_s``; raises ``DeviceAway``."""
        deadline = monotonic() + timeout_s
        while b"\n" not in self._buffer:
            left_s = deadline - monotonic()
            if left_s <= 0:
                return None
            try:
                self._socket.settimeout(left_s)
                data = self._socket.recv(MAX_LINE_BYTES)
            except TimeoutError:
                return None
            except OSError as error:
                raise DeviceAway("the connection is lost") from error
            if not data:
                raise DeviceAway("the device closed the connection")
            self._buffer += data
            if len(self._buffer) > 2 * MAX_LINE_BYTES:
                raise DeviceAway("the device talks nonsense")
        line, self._buffer = self._buffer.split(b"\n", 1)
        try:
            return from_line(line)
        except Nonsense as error:
            raise DeviceAway("the device talks nonsense") from error

    def ask(
        self, body: dict[str, Any], timeout_s: float, on_event: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Send a command and return its answer; events before it go to ``on_event``.

        Raises:
            DeviceAway: no answer in time; the command may be carried out all the same.
        """
        deadline = monotonic() + timeout_s
        self.send(body)
        while (left_s := deadline - monotonic()) > 0:
            answer = self.receive(left_s)
            if answer is None:
                break
            if "event" in answer:
                on_event(answer)
            elif answer.get("id") == body["id"]:
                return answer
        raise DeviceAway(f"no answer to {body['command']}")

    def wake(self) -> None:
        """Let whoever waits for the device, on any thread, hear that it is away."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        with suppress(OSError):
            self._socket.close()
