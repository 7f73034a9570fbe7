"""Every scenario of a machine is played over both drivers, and must end the same."""

from collections.abc import Iterator

import pytest

from tests.kiosk.device_process import DeviceProcess
from tests.kiosk.xfs4iot_process import Xfs4IotProcess


@pytest.fixture(params=[DeviceProcess, Xfs4IotProcess], ids=["simulator", "xfs4iot"])
def device_process(request, tmp_path) -> Iterator[DeviceProcess | Xfs4IotProcess]:
    device = request.param(tmp_path)
    device.start()
    yield device
    device.kill()
