"""Which cash devices a machine has: a few lines of its configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from kiosk.devices.port import CashDevice

Driver = Literal["simulator", "xfs4iot"]
DRIVERS: Final[tuple[Driver, ...]] = ("simulator", "xfs4iot")
COMMAND_S: Final = 30.0
"""The longest that a physical order may take."""


@dataclass(frozen=True, slots=True)
class CashSettings:
    """``driver`` and where it finds the devices.

    simulator   ``device-sim`` on this machine; ``address`` is not used
    xfs4iot     ``address`` is ws://HOST:PORT, or wss:// on another computer: a publisher or a
                service; "" asks the standard's ports of this machine

    ``counting_retract``: a machine behind xfs4iot counts note by note what it retracts, so that
    the sum is evidence and may be refunded. Nothing in the standard says whether it does.
    """

    driver: Driver = "simulator"
    address: str = ""
    counting_retract: bool = False


def open_device(
    settings: CashSettings,
    *,
    currency: str,
    folder: Path,
    simulator_port: int | None,
    on_event: Callable[[str], None] = lambda _name: None,
) -> CashDevice:
    """Make the devices ready to be used; they are not touched before the first call.

    ``folder`` is where a driver keeps what it must remember.
    """
    # Late, because each brings what the other does not need.
    if settings.driver == "xfs4iot":
        from kiosk.devices.xfs4iot import Xfs4IotDevice, Xfs4IotSettings

        found = Xfs4IotSettings(
            settings.address, currency, settings.counting_retract, command_s=COMMAND_S
        )
        return Xfs4IotDevice(found, folder, on_event=on_event)
    from kiosk.devices.client import SocketDevice

    address = ("127.0.0.1", simulator_port or 0)
    return SocketDevice(address, command_s=COMMAND_S, on_event=on_event)
