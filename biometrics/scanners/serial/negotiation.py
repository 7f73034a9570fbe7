"""How a sensor's speed is found, its password given, and its speed raised."""

from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.scanners.errors import NoDevice, ScanError
from biometrics.scanners.serial.commands import (
    Confirmation,
    Instruction,
    Product,
    set_baud,
    verify_password,
)
from biometrics.scanners.serial.link import Link
from biometrics.scanners.serial.packets import Kind

# From the factory, the fastest, and what else the makers offer: the likeliest first.
BAUDS = (57600, 115200, 9600, 38400, 19200)
FASTEST_BAUD = 115200

# Sixteen bytes out and twelve back take 30 ms at the slowest speed.
_HELLO_S = 0.4
_ANSWER_S = 1.5
_MOST_PACKETS = 16


@dataclass(frozen=True)
class Settled:
    """What was found out about a sensor. `raised`: a faster speed was asked for once."""

    baud: int
    product: Product | None = None
    raised: bool = False


def order_of(first: int | None) -> tuple[int, ...]:
    """The speeds in the order they are tried."""
    rest = tuple(baud for baud in BAUDS if baud != first)
    return rest if first is None else (first, *rest)


def ask(link: Link, command: bytes, timeout_s: float = _ANSWER_S) -> bytes | None:
    """The content of the acknowledgement, or None if none came in time."""
    link.send(command)
    for _ in range(_MOST_PACKETS):
        packet = link.receive(timeout_s)
        if packet is None:
            return None
        if packet.kind is Kind.ACKNOWLEDGE:
            return packet.content
    return None


def settle(link: Link, known: Settled | None, password: int, raise_speed: bool) -> Settled:
    """Find the sensor at the other end, open it, and make it as fast as it can.

    Raises NoDevice if nothing answers at any speed, ScanError if the password is wrong.
    """
    baud = _find(link, order_of(known.baud if known else None), password)
    if known is None:
        known = Settled(baud, product_of(link))
    if not raise_speed or known.raised or baud == FASTEST_BAUD:
        return Settled(baud, known.product, known.raised)
    return Settled(_raised(link, baud, password), known.product, raised=True)


def _find(link: Link, bauds: Sequence[int], password: int) -> int:
    for baud in bauds:
        link.at_baud(baud)
        if _greet(link, password):
            return baud
    raise NoDevice(
        f"Nothing at {link.device} answers like a fingerprint reader. Look at the reader's power "
        "and wiring, and whether the right port is named in the configuration."
    )


def _greet(link: Link, password: int) -> bool:
    answer = ask(link, verify_password(password), _HELLO_S)
    if answer is None:
        return False
    if answer[0] in (Confirmation.WRONG_PASSWORD, Confirmation.PASSWORD_NEEDED):
        raise ScanError(
            f"The fingerprint reader at {link.device} has another password. Put it into the "
            "configuration."
        )
    return answer[0] == Confirmation.DONE


def product_of(link: Link) -> Product | None:
    """What the sensor says of itself; None from the older ones, which cannot be asked."""
    answer = ask(link, bytes((Instruction.READ_PRODUCT,)), _HELLO_S)
    if answer is None or answer[0] != Confirmation.DONE:
        return None
    try:
        return Product.parse(answer[1:])
    except ValueError:
        return None


def _raised(link: Link, baud: int, password: int) -> int:
    """The speed after an attempt to raise it. Some sensors change only when switched on anew."""
    answer = ask(link, set_baud(FASTEST_BAUD), _HELLO_S)
    if answer is None or answer[0] != Confirmation.DONE:
        return baud
    return _find(link, (FASTEST_BAUD, baud), password)
