"""Which driver the rows are played over: ``DRIVER=xfs4iot`` puts an XFS4IoT machine under each.

The machine, its hands and its evidence are the same; only the way to it is another.
"""

import os
from pathlib import Path

from tests.faults.bank_processes import RealBank
from tests.faults.forked_device import ForkedDevice
from tests.faults.scene import Scene
from tests.faults.zygote import Zygote
from tests.kiosk.xfs4iot_process import Xfs4IotProcess

DRIVER = os.environ.get("DRIVER") or "simulator"


class Xfs4IotScene(Scene):
    """A row whose kiosk drives its devices over XFS4IoT."""

    def configure(self, **waits: float) -> None:
        super().configure(**waits)
        file = self.folder / "kiosk.toml"
        text = file.read_text("utf-8")
        ours = f'driver = "xfs4iot"\naddress = "{self.device.address}"\ncounting_retract = true'
        theirs = 'driver = "simulator"\naddress = ""\ncounting_retract = false'
        assert text.count(theirs) == 1
        file.write_text(text.replace(theirs, ours), "utf-8")


def new_scene(bank: RealBank, folder: Path, zygote: Zygote) -> Scene:
    """A scene with a device of its own, which has started."""
    if DRIVER == "xfs4iot":
        device, kind = Xfs4IotProcess(folder), Xfs4IotScene
    else:
        assert DRIVER == "simulator", DRIVER
        device, kind = ForkedDevice(folder, zygote), Scene
    device.start()
    return kind(bank, device, folder, zygote)
