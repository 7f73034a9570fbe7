"""Readers that libfprint takes pictures from: DigitalPersona U.are.U and its like (Linux).

`reader` is the `Scanner`; `child` the process libfprint lives in, `process` the kiosk's end of the
pipe to it, `failures` its errors in words, `resolution` what libfprint doesn't tell.
"""

from typing import Final

from biometrics.scanners.libfprint.reader import DRIVER_NAME, LibfprintScanner, probe
from biometrics.scanners.scanner import Driver

DRIVER: Final = Driver(
    DRIVER_NAME,
    "readers that libfprint takes pictures from, such as DigitalPersona U.are.U",
    LibfprintScanner,
    probe,
)

__all__ = ["DRIVER", "LibfprintScanner"]
