"""Where the bank's servers are, and this machine's simulated devices."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_client import Server
from kiosk.config import ServerLine
from kiosk.runner import KioskSettings, NotReady

LOOPBACK: Final = "127.0.0.1"
_PORT_MAX: Final = 65535


@dataclass(frozen=True)
class Ports:
    """Where servers (by name) and simulated devices, if any, listen on this machine."""

    bank: tuple[tuple[str, int], ...]
    device: int | None


@dataclass(frozen=True)
class Places:
    """The bank's servers, the preferred first, and the simulated devices' port, if any."""

    bank: tuple[Server, ...]
    device: int | None


def servers_of(lines: Sequence[ServerLine], data: Path) -> tuple[Server, ...]:
    """Return the configured servers: where they are said to be, else as the launcher wrote it down.

    Raises:
        NotReady: not one of them is known.
    """
    return _servers(lines, data, None)


def places_of(settings: KioskSettings) -> Places:
    """Return where a kiosk finds bank and devices.

    Raises:
        NotReady: not one of the bank's servers is known, or the simulated devices are not.
    """
    device = settings.device_port
    if device is None and settings.config.cash.driver == "simulator":
        device = read_ports(settings.data / "run" / "ports.json").device
        if device is None:
            raise NotReady("no port of simulated cash devices is known")
    return Places(_servers(settings.config.servers, settings.data, settings.bank_ports), device)


def _servers(
    lines: Sequence[ServerLine], data: Path, here: tuple[tuple[str, int], ...] | None
) -> tuple[Server, ...]:
    if here is None and any(line.address is None for line in lines):
        here = read_ports(data / "run" / "ports.json").bank
    ports = dict(here or ())
    found = tuple(
        Server(line.name, *(line.address or (LOOPBACK, ports[line.name])))
        for line in lines
        if line.address is not None or line.name in ports
    )
    if not found:
        raise NotReady("no server of the bank is known")
    return found


def read_ports(file: Path) -> Ports:
    """Read what the launcher wrote.

    Raises:
        NotReady: the file is not there, or is no such file.
    """
    try:
        document = json.loads(file.read_text("utf-8"))
        return Ports(
            tuple((str(name), _port(port)) for name, port in dict(document["bank"]).items()),
            None if document.get("device") is None else _port(document["device"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotReady(f"{file}: {error}") from error


def _port(value: object) -> int:
    if type(value) is not int or not 0 < value <= _PORT_MAX:
        raise ValueError("a port is a number from 1 to 65535")
    return value
