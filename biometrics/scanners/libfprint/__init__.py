"""Readers that libfprint takes pictures from: DigitalPersona U.are.U and its like (Linux).

`reader` is the `Scanner`; `child` the process libfprint lives in, `process` the kiosk's end of the
pipe to it, `conversation` what is said over it, `failures` its errors in words, `resolution` and
`known` what libfprint doesn't tell, `rights` the rule for udev.
"""

from typing import Final

from biometrics.scanners.libfprint.conversation import DRIVER_NAME
from biometrics.scanners.libfprint.reader import LibfprintScanner, probe
from biometrics.scanners.scanner import Driver

DRIVER: Final = Driver(
    DRIVER_NAME,
    "readers that libfprint takes pictures from, such as DigitalPersona U.are.U",
    LibfprintScanner,
    probe,
)

__all__ = ["DRIVER", "LibfprintScanner"]
