"""The machine's cash services: where they are, what they can do, and a line to each.

A recycler is one service with both interfaces; elsewhere dispenser and acceptor are two.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from biometrics.scanners.xfs4iot.connection import Connection, Limits
from biometrics.scanners.xfs4iot.discovery import all_services, capabilities
from biometrics.scanners.xfs4iot.errors import (
    CommandFailed,
    CommandRefused,
    ServiceAway,
    ServiceError,
)
from kiosk.devices.errors import DeviceAway, DeviceRefused

LIMITS: Final = Limits(
    connect_s=2.0,
    acknowledge_s=5.0,
    grace_s=3.0,
    cancel_s=15.0,
    # As long as for an acknowledgement: a line given up in mid-dispense leaves a doubt about notes.
    ping_s=5.0,
    message_bytes=1024 * 1024,
    messages=64,
)
DISPENSER, ACCEPTOR = "CashDispenser", "CashAcceptor"


def _nothing() -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A service with cash interfaces: its address and its Common.Capabilities."""

    uri: str
    said: Mapping[str, Any]

    def has(self, interface: str) -> bool:
        """Return whether the service offers an interface."""
        return any(each.get("name") == interface for each in self._interfaces())

    def newest(self, interface: str, command: str) -> int:
        """Return the highest major version of a command that is told, 0 if none is."""
        majors = [0]
        for each in self._interfaces():
            commands = each.get("commands") if each.get("name") == interface else None
            told = commands.get(f"{interface}.{command}") if isinstance(commands, dict) else None
            versions = told.get("versions") if isinstance(told, dict) else None
            for version in versions if isinstance(versions, list) else ():
                major = str(version).partition(".")[0]
                majors.append(int(major) if major.isdecimal() and len(major) < 4 else 0)
        return max(majors)

    def part(self, *names: str) -> dict[str, Any]:
        """Return a part of the capabilities, {} if it is not told."""
        found: object = dict(self.said)
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def _interfaces(self) -> list[dict[str, Any]]:
        found = self.said.get("interfaces")
        listed = found if isinstance(found, list) and len(found) <= 100 else ()
        return [each for each in listed if isinstance(each, dict)]


@dataclass(frozen=True, slots=True)
class Machine:
    """The two halves; for a recycler the same service twice."""

    dispenser: Found
    acceptor: Found


def find_machine(address: str) -> Machine:
    """Return the services at ``address``: a publisher, a service, or "" for the standard's ports.

    Raises:
        DeviceAway: nothing answers, or no service there dispenses or accepts cash.
    """
    found = []
    try:
        for uri in all_services(address):
            with suppress(ServiceError, ValueError):
                found.append(Found(uri, capabilities(uri)))
    except ValueError as error:
        raise DeviceAway(f"the configuration of the cash devices: {error}") from error
    halves = []
    for interface in (DISPENSER, ACCEPTOR):
        service = next((each for each in found if each.has(interface)), None)
        if service is None:
            where = address or "the standard's ports of this machine"
            raise DeviceAway(f"no XFS4IoT service with {interface} at {where}")
        halves.append(service)
    return Machine(*halves)


def shortcomings(machine: Machine) -> tuple[str, ...]:
    """Return, in words for an operator, why this kiosk must not use the machine; () if it may.

    Each is something its evidence rests on.
    """
    out = machine.dispenser.part("cashDispenser")
    into = machine.acceptor.part("cashAcceptor")
    wanted = {
        "the dispenser has no stacker: notes would be out before they are counted": bool(
            out.get("intermediateStacker")
        ),
        "the dispenser does not see whether notes were taken": bool(out.get("itemsTakenSensor")),
        "the dispenser's shutter has to be moved by the application": bool(
            out.get("shutterControl", True)
        ),
        "the dispenser cannot retract into a bin": bool(
            machine.dispenser.part("cashDispenser", "retractAreas").get("retract")
        ),
        "the acceptor has no escrow: notes could not be given back": bool(
            into.get("intermediateStacker")
        ),
        "the acceptor's shutter has to be moved by the application": bool(
            into.get("shutterControl", True)
        ),
        "the acceptor does not limit a cash-in by sum and number of notes": all(
            machine.acceptor.part("cashAcceptor", "cashInLimit").get(name)
            for name in ("byAmount", "byTotalItems")
        ),
    }
    return tuple(words for words, is_so in wanted.items() if not is_so)


class Line:
    """A connection to one service: made when needed, made anew after a loss. Not thread-safe."""

    def __init__(self, uri: str, heard: Callable[[str, dict[str, Any]], None]) -> None:
        """Nothing is sent yet; ``heard`` hears of what comes without a command."""
        self._uri = uri
        self._heard = heard
        self._connection: Connection | None = None
        self._ended = False

    def order(
        self,
        name: str,
        payload: Mapping[str, Any] | None = None,
        *,
        timeout_s: float = 5.0,
        version: str = "2.0",
        on_event: Callable[[str, dict[str, Any]], None] | None = None,
        on_acknowledge: Callable[[], None] = _nothing,
    ) -> dict[str, Any]:
        """Send a command and return its completion's payload.

        Raises:
            DeviceAway: no completion was heard; the command may be carried out all the same.
            DeviceRefused: refused, or completed without success; something may have moved.
        """
        try:
            return self._connected().command(
                name,
                dict(payload or {}),
                timeout_s=timeout_s,
                version=version,
                on_event=on_event or self._heard,
                on_acknowledge=on_acknowledge,
            )
        except CommandFailed as error:
            raise DeviceRefused(error.error_code or error.code) from error
        except CommandRefused as error:
            raise DeviceRefused(error.status) from error
        except (ServiceAway, ValueError) as error:
            self.close()
            raise DeviceAway(str(error)) from error

    def ask(self, name: str, payload: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a command that only asks; a connection lost meanwhile is made anew once.

        Raises ``DeviceError``, as ``order`` does.
        """
        if self._connection is not None:
            with suppress(DeviceAway):
                return self.order(name, payload)
        return self.order(name, payload)

    def listen(self, timeout_s: float) -> None:
        """Let ``heard`` hear what comes, for ``timeout_s`` at most; raises ``DeviceAway``."""
        try:
            self._connected().listen(timeout_s)
        except (ServiceAway, ValueError) as error:
            self.close()
            raise DeviceAway(str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def end(self) -> None:
        """Close it for good, on any thread: who waits for the service hears ``DeviceAway``."""
        self._ended = True
        if (connection := self._connection) is not None:
            connection.close()

    def _connected(self) -> Connection:
        if self._ended:
            raise DeviceAway("this program is ending")
        if self._connection is None:
            self._connection = Connection(self._uri, limits=LIMITS, on_unsolicited=self._heard)
        return self._connection
