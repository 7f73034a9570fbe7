"""Which ports are free, and who has those that are not."""

import os
import socket

import psutil

from launch.errors import PortTaken
from launch.folder import Ports

DEFAULT = Ports(1069, 1070)
_LAST = 65534


def parse(text: str) -> Ports:
    """Read ``A,B``; 0 stands for any free port. Errors: ValueError."""
    first, _, second = text.partition(",")
    ports = Ports(int(first), int(second))
    if not all(0 <= port <= 65535 for port in (ports.primary, ports.backup)):
        raise ValueError(text)
    if ports.primary == ports.backup != 0:
        raise ValueError(text)
    return ports


def free_pair(wanted: Ports) -> Ports:
    """`wanted` if both are free, else the next two that are. Errors: PortTaken if none is."""
    if wanted.primary == 0 or wanted.backup == 0:
        return Ports(wanted.primary or any_free(), wanted.backup or any_free())
    if is_free(wanted.primary) and is_free(wanted.backup):
        return wanted
    first = max(wanted.primary, wanted.backup) + 1
    for port in range(first, _LAST, 2):
        if is_free(port) and is_free(port + 1):
            return Ports(port, port + 1)
    raise PortTaken(f"No two ports from {first} on are free on 127.0.0.1.")


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    try:
        with _bound(port):
            return True
    except OSError:
        return False


def any_free() -> int:
    """A free port, as the system gives it; somebody else may still take it first."""
    with _bound(0) as probe:
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Who listens on `port`, for a message: program and process id as far as we may know."""
    try:
        for connection in psutil.net_connections("inet"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and listens.port == port:
                if connection.pid is None:
                    return "a program of another user"
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        return "a program that cannot be named"
    return "a program that has just gone"


def _bound(port: int) -> socket.socket:
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # As servers do it: connections of a former one that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
        probe.listen(1)
    except OSError:
        probe.close()
        raise
    return probe
