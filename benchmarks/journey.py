"""What a customer waits for, on loopback: finger to menu, and Take to notes presented.

The whole demo runs: PostgreSQL, two bank servers, the device simulator and the kiosk's window,
drawn offscreen. Each login shows another impression of the finger. The machine's own time is
counted: from the picture to the PIN pad, and from Enter to the menu; typing is not.
"""

import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import cv2
from PySide6.QtGui import QGuiApplication

from biometrics.synthetic import synthesise
from kiosk import events as do
from kiosk import screens as on
from kiosk.config import load_config
from kiosk.devices.control import DeviceControl
from kiosk.runner import KioskRunner, KioskSettings
from launch.demo_parts import SERVERS, DemoParts
from launch.folder import DataFolder, Ports
from launch.tour import visits
from launch.tour.people import Finger
from ui.engine import load_fonts
from ui.gallery.live import LiveStage

LOGINS = 20
WITHDRAWALS = 10
SEED = 8_001


def main() -> int:
    """Measure and print."""
    data = Path(tempfile.mkdtemp(prefix="fortress-bench-"))
    data.chmod(0o711)
    app = QGuiApplication(sys.argv[:1])
    load_fonts()
    try:
        with contextlib.ExitStack() as stack:
            _measure(data, stack)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    del app
    return 0


def _measure(data: Path, stack: contextlib.ExitStack) -> None:
    folder = DataFolder(data)
    stack.callback(folder.close)
    parts = DemoParts(folder, Ports(0, 0))
    stack.callback(parts.close)
    parts.start()
    device = DeviceControl(data / "kiosk" / "device", parts.device_port)
    stack.callback(device.close)
    config = load_config()
    runner = KioskRunner(
        KioskSettings(
            data=data,
            config=config,
            bank_ports=tuple((name, parts.port(name)) for name in SERVERS),
            device_port=parts.device_port,
        )
    )
    shots = data / "bench"
    shots.mkdir()
    stage = LiveStage(runner, config.brand.name, shots)
    stack.callback(stage.close)
    stack.callback(runner.stop)
    runner.start()
    stage.wait(on.Welcome, lambda s: s.takes_notes and bool(s.pays_minor), 120.0)
    device.set_auto_customer(False)
    dora = visits.Person("dora", "Dora", "Weiss", "+4915120000001", "482917", _finger(shots, 4))
    visits.sign_up(stage, dora, pictures=False)
    logins = []
    for touch in range(LOGINS):
        shown = visits.Person(**(vars(dora) | {"finger": _finger(shots, 4 + touch)}))
        logins.append(visits.log_in(stage, shown))
        visits.log_out(stage)
    _print("finger_to_menu_ms", [t.finger_ms + t.pin_ms for t in logins])
    _print("finger_to_pin_ms", [t.finger_ms for t in logins])
    _print("pin_to_menu_ms", [t.pin_ms for t in logins])
    visits.log_in(stage, dora)
    presented = []
    for _ in range(WITHDRAWALS):
        visits.choose_sum(stage, 1_000)
        presented.append(visits.press_take(stage))
        visits.take_notes(stage, device)
        stage.send(do.Confirm())
        stage.wait(on.Menu)
    _print("take_to_presented_ms", presented)


def _finger(folder: Path, impression: int) -> Finger:
    paths = {}
    for number in (1, 2, 3, impression):
        paths[number] = folder / f"{SEED}_{number}.png"
        if not paths[number].exists():
            cv2.imwrite(str(paths[number]), synthesise(SEED, number))
    return Finger(str(SEED), (paths[1], paths[2], paths[3]), paths[impression])


def _print(name: str, values: list[int]) -> None:
    row = {
        "figure": name,
        "median": statistics.median(values),
        "least": min(values),
        "most": max(values),
        "runs": len(values),
    }
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    sys.exit(main())
