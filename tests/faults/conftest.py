"""Fault rows run against real processes: one bank for all rows, a kiosk and a device for each."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bank_processes import ROOT, RealBank
from tests.faults.scene import Scene
from tests.faults.zygote import Zygote
from tests.kiosk.device_process import DeviceProcess


@pytest.fixture(scope="session")
def real_bank(postgres_server) -> Iterator[RealBank]:
    home = Path(tempfile.mkdtemp(prefix="fortress-faults-"))
    bank = RealBank(home, postgres_server.create_database("faults"))
    try:
        bank.start()
        yield bank
    finally:
        bank.stop()
        postgres_server.drop_database("faults")
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    made = Zygote(ROOT)
    yield made
    made.end()


@pytest.fixture
def scene(real_bank, zygote, tmp_path) -> Iterator[Scene]:
    device = DeviceProcess(tmp_path)
    device.start()
    made = Scene(real_bank, device, tmp_path, zygote)
    yield made
    made.end()
    device.kill()
