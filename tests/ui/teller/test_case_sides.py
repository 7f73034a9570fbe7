"""What `cases show` tells of the machine whose data folder lies here."""

import json

from kiosk.screens import Notes
from tests.kiosk.device_process import DeviceProcess
from ui.teller.cases.machine import device_side

UID = "a" * 32


def test_the_device_is_asked_unless_the_machine_uses_it(tmp_path):
    process = DeviceProcess(tmp_path)
    process.start()
    (tmp_path / "run").mkdir()
    ports = {"bank": {}, "device": process.port}
    (tmp_path / "run" / "ports.json").write_text(json.dumps(ports))
    try:
        kiosk = process.device()
        kiosk.dispense(UID, (Notes(2000, 1),))
        assert device_side(tmp_path, {UID}) == [
            "in use by the machine: what it said last is in the journal"
        ]
        kiosk.close()
        said = device_side(tmp_path, {UID})
        assert said[0].startswith("dispense: stacked, 2000 minor units")
    finally:
        process.kill()
