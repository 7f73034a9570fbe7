"""The hand at this machine's simulated devices, if it has any."""

from pathlib import Path

from kiosk.devices.control import DeviceControl
from kiosk.places import read_ports
from kiosk.runner import NotReady


def simulated_hand(data: Path) -> DeviceControl | None:
    """Return the control channel of the device simulator whose state lies under ``data``."""
    folder = data / "kiosk" / "device"
    if not folder.is_dir():
        return None
    try:
        port = read_ports(data / "run" / "ports.json").device
    except NotReady:
        return None
    return None if port is None else DeviceControl(folder, port)
