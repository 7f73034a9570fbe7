"""The USB readers that the installed libfprint knows, by the list it brings for udev.

The list (a hwdb file, format hwdb(7)) names each driver and the vendor and product of its
readers, and at its end readers that are known and have no driver.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HWDB_FILES: Final = tuple(
    Path(folder) / "udev" / "hwdb.d" / "60-autosuspend-libfprint-2.hwdb"
    for folder in ("/usr/lib", "/lib")
)
USB_FOLDER: Final = Path("/sys/bus/usb/devices")
_MAX_BYTES: Final = 1_000_000
_DRIVER: Final = re.compile(r"# Supported by libfprint driver (\w+)")
_UNSUPPORTED: Final = "# Known unsupported devices"
_ID: Final = re.compile(r"usb:v([0-9A-F]{4})p([0-9A-F]{4})\*?")
# They compare on their own chip and hold the fingers of whoever owns the computer.
_NO_PICTURES: Final = frozenset({"synaptics", "realtek"})
# DigitalPersona U.are.U 4000 and 4500: what docs/readers.md says to buy, should the list be away.
_ALWAYS: Final = (("05ba", "0007"), ("05ba", "0008"), ("05ba", "000a"))


@dataclass(frozen=True)
class KnownReader:
    """`vendor`, `product`: four small hexadecimal digits. `driver`: "" where there is none."""

    vendor: str
    product: str
    driver: str

    @property
    def gives_pictures(self) -> bool:
        """Whether libfprint may take pictures from it."""
        return bool(self.driver) and "moc" not in self.driver and self.driver not in _NO_PICTURES


def known_readers(files: Iterable[Path] = HWDB_FILES) -> tuple[KnownReader, ...]:
    """Return what the list says; the readers of docs/readers.md if there is no list."""
    for file in files:
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                found = parse(opened.read(_MAX_BYTES))
        except OSError:
            continue
        if found:
            return found
    return tuple(KnownReader(vendor, product, "uru4000") for vendor, product in _ALWAYS)


def parse(text: str) -> tuple[KnownReader, ...]:
    """Return the readers of a list in the format of hwdb(7)."""
    driver, found = "", []
    for line in text.splitlines():
        if (named := _DRIVER.match(line)) is not None:
            driver = named[1]
        elif line.startswith(_UNSUPPORTED):
            driver = ""
        elif (usb := _ID.fullmatch(line.strip())) is not None:
            found.append(KnownReader(usb[1].lower(), usb[2].lower(), driver))
    return tuple(found)


def connected_ids(folder: Path = USB_FOLDER) -> frozenset[tuple[str, str]]:
    """Return vendor and product of all that is on USB; () where the system does not tell."""
    found = set()
    for place in folder.glob("*/idVendor"):
        try:
            found.add((place.read_text().strip(), place.with_name("idProduct").read_text().strip()))
        except OSError:
            continue
    return frozenset(found)
