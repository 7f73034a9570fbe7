"""What the kiosk's money tests share."""

from collections.abc import Iterator

import pytest

from tests.kiosk.device_process import DeviceProcess


@pytest.fixture
def device_process(tmp_path) -> Iterator[DeviceProcess]:
    device = DeviceProcess(tmp_path)
    device.start()
    yield device
    device.kill()
