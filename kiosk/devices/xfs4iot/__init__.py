"""The driver ``xfs4iot``: any vendor's dispenser and acceptor, JSON over WebSocket.

``services`` finds the machine and speaks to it, ``asking`` puts its answers together,
``storage``, ``change`` and ``readings`` understand them, ``note`` remembers whose the last order
was, ``judging`` says where the notes surely are, ``payloads`` is what orders carry, ``slot`` the
open slot, and ``driver`` the device that the kiosk uses. The messages themselves are
``biometrics.scanners.xfs4iot``'s, which knows nothing of fingers there.
"""

from kiosk.devices.xfs4iot.driver import Xfs4IotDevice, Xfs4IotSettings

__all__ = ["Xfs4IotDevice", "Xfs4IotSettings"]
