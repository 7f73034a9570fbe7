"""What libfprint's errors mean to a customer and to an operator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from biometrics.quality import Guidance
from biometrics.scanners.errors import (
    Cancelled,
    NoDevice,
    Retry,
    ScanError,
    ScannerError,
    Unplugged,
)

# FpDeviceRetry; the customer's sentence and its word of guidance.
_RETRIES: Final[Mapping[int, tuple[str, Guidance | None]]] = MappingProxyType(
    {
        0: ("Lift your finger and place it again.", None),
        1: ("That was too short. Leave the finger a little longer.", Guidance.PARTIAL),
        2: ("Place the middle of your fingertip on the reader.", Guidance.PARTIAL),
        3: ("Lift your finger, then place it again.", None),
        4: ("That was too fast. Move the finger more slowly.", Guidance.PARTIAL),
    }
)
# FpDeviceError.
_NOT_SUPPORTED, _BUSY, _REMOVED, _TOO_HOT = 1, 4, 0x100, 0x101
_INSTALL: Final = "Install it: on Debian and Ubuntu the package is libfprint-2-2."
_NO_RIGHT: Final = "This user may not use {name}. Run: python3 main.py readers --install-rules"
_TAKEN: Final = "Another program holds {name}. Stop it; on a desktop it may be fprintd."


def failure(kind: str, code: int, text: str, name: str) -> ScannerError:
    """Return the error for what the child said; `name` is the reader's, if one was opened."""
    name = name or "the reader"
    words = text.casefold()
    match kind:
        case "library":
            return NoDevice(f"The library libfprint does not load: {text}. {_INSTALL}")
        case "none":
            return NoDevice("No reader that libfprint knows is connected.")
        case "no-capture":
            return NoDevice(
                f"{text} compares fingers on its own chip and gives no pictures. "
                "Use a reader that does; docs/readers.md names some."
            )
        case "retry":
            return Retry(*_RETRIES.get(code, _RETRIES[0]))
        case "cancelled":
            return Cancelled("The scan was cancelled.")
    if code == _REMOVED or "no_device" in words or "no such device" in words:
        return Unplugged(f"{_capital(name)} was unplugged.")
    if "access" in words or "permission" in words:
        return ScanError(_NO_RIGHT.format(name=name))
    if (kind == "device" and code == _BUSY) or "busy" in words:
        return ScanError(_TAKEN.format(name=name))
    if kind == "device" and code == _TOO_HOT:
        return ScanError(f"{_capital(name)} is too hot. It cools down by itself in some minutes.")
    if kind == "device" and code == _NOT_SUPPORTED:
        return ScanError(f"{_capital(name)} cannot do this: {text}")
    return ScanError(f"{_capital(name)} failed: {text}")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
