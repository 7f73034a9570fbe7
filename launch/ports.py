"""Where the demo's two bank servers listen."""

from bank.ports import any_free, holder, is_free
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
    """`wanted` if both are free, else the next two that are.

    Errors: PortTaken if none is, or if only one was named and somebody has it.
    """
    if wanted.primary == 0 or wanted.backup == 0:
        for port in (wanted.primary, wanted.backup):
            if port and not is_free(port):
                raise PortTaken(f"Port {port} is taken by {holder(port)}.")
        return Ports(wanted.primary or any_free(), wanted.backup or any_free())
    if is_free(wanted.primary) and is_free(wanted.backup):
        return wanted
    first = max(wanted.primary, wanted.backup) + 1
    for port in range(first, _LAST, 2):
        if is_free(port) and is_free(port + 1):
            return Ports(port, port + 1)
    raise PortTaken(f"No two ports from {first} on are free on 127.0.0.1.")
