"""The driver `serial`: R30x, ZFM-20, ZFM-60, AS608, R503 and their kin on a serial port.

`packets` and `commands` are the maker's protocol, `link` an open port, `negotiation` how speed and
password are settled, `picture` how a picture comes over, `ports` what is connected, `scanner` the
reader that the kiosk uses.
"""

from biometrics.scanners.serial.scanner import DRIVER, SerialScanner

__all__ = ["DRIVER", "SerialScanner"]
