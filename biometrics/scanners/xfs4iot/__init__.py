"""The driver `xfs4iot`: any ATM vendor's fingerprint reader, JSON over WebSocket.

`messages`, `address`, `connection`, `discovery` and `errors` know nothing of biometrics: a client
for another class of device stands on them. `finger_image` reads what comes back, `scanner` is the
reader that the kiosk uses.
"""

from biometrics.scanners.xfs4iot.scanner import DRIVER, Xfs4IotScanner

__all__ = ["DRIVER", "Xfs4IotScanner"]
