"""Dots an inch of the readers behind libfprint's drivers, which libfprint itself does not tell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MM_AN_INCH: Final = 25.4
ASSUMED_DPI: Final = 500
_LEAST_DPI, _MOST_DPI = 200, 2000

# From the makers' descriptions of the sensors; none was measured by us. Where a driver hands its
# small pictures out enlarged (AuthenTec's press sensors: 500 dpi twice, 250 dpi three times), the
# figure is of the enlarged picture. Nearly all sensors have 500 or 508, which differ by less than
# skin stretches; a driver that is not here counts as 500, and `probe` says so.
DPI: Final[Mapping[str, int]] = MappingProxyType(
    {
        "aes1610": 500,
        "aes1660": 508,
        "aes2501": 500,
        "aes2550": 500,
        "aes2660": 508,
        "aes3500": 1000,
        "aes4000": 750,
        "etes603": 508,
        "nb1010": 385,
        "upeksonly": 508,
        "upektc": 508,
        "upektc_img": 508,
        "uru4000": 512,
        "vcom5s": 500,
        "vfs0050": 508,
        "vfs101": 508,
        "vfs301": 508,
        "vfs5011": 508,
        "vfs7552": 508,
        "virtual_image": 500,
    }
)


def dpi_of(driver: str, pixels_a_mm: float) -> int:
    """Return the resolution: what the library says if it says anything, or the table's figure."""
    told = pixels_a_mm * MM_AN_INCH
    if _LEAST_DPI <= told <= _MOST_DPI:
        return round(told)
    return DPI.get(driver, ASSUMED_DPI)
