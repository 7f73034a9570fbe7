"""Whether an X server listens where ``DISPLAY`` says. Standard library only."""

import os
import re
import socket

TIMEOUT_S = 2.0
FIRST_PORT = 6000


def answers(display: str) -> bool:
    """Whether somebody listens at `display`, such as ``:0`` or ``host:10.0``; "" is nowhere."""
    parts = re.fullmatch(r"(?:unix/?)?([^:]*):(\d{1,5})(?:\.\d+)?", display)
    if parts is None:
        return False
    host, number = parts.group(1), int(parts.group(2))
    if host:
        return _connects(socket.AF_INET, (host, FIRST_PORT + number))
    if os.name != "posix":
        return False
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the protocol's own place
    # Linux's servers listen under an abstract name too, as containers may hide the file.
    return any(_connects(socket.AF_UNIX, name) for name in (path, "\0" + path))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(TIMEOUT_S)
            probe.connect(address)
            return True
    except (OSError, OverflowError):
        return False
