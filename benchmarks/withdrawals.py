"""What a withdrawal costs the kiosk, on loopback: time, fsyncs, and a start after a power cut.

PostgreSQL, two bank servers and the device simulator run as in the demo; the kiosk has no window.
From Take to the notes in the tray the device's own motion is subtracted. Each fsync of the kiosk's
process is counted and timed. A start after a power cut is a new process whose journal ends with
DISPENSING: from its start until it runs, has decided, has had its reversal acknowledged and serves
the next customer.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk import events as do
from kiosk import screens as on
from kiosk.config import DEFAULT_FILE, load_config
from kiosk.devices.control import DeviceControl
from kiosk.devices.simulator.server import Pace
from kiosk.journal.dump import lines
from kiosk.runner import KioskRunner, KioskSettings
from launch.demo_parts import DemoParts
from launch.doors import ROOT
from launch.folder import DataFolder, Ports

WITHDRAWALS = 15
"""With what the starts ask for this stays below the day's limit of a login by number."""
STARTS = 5
WAIT_S = 60.0


def main() -> int:
    """Measure and print."""
    data = Path(tempfile.mkdtemp(prefix="fortress-bench-"))
    data.chmod(0o711)
    try:
        with contextlib.ExitStack() as stack:
            folder = DataFolder(data)
            stack.callback(folder.close)
            parts = DemoParts(folder, Ports(0, 0))
            stack.callback(parts.close)
            parts.start()
            device = DeviceControl(data / "kiosk" / "device", parts.device_port)
            stack.callback(device.close)
            device.set_auto_customer(False)
            _withdrawals(data, device)
            _starts(data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    return 0


class Watched:
    """A running kiosk and the screen it shows."""

    def __init__(self, runner: KioskRunner) -> None:
        """Listen to ``runner``, which has not been started."""
        self._runner = runner
        self._changed = threading.Condition()
        self._screen: on.Screen = runner.view().screen
        runner.subscribe(self._seen)

    def until(self, kind: type[on.Screen], more: Callable[[on.Screen], bool]) -> float:
        """Wait for a screen; return the moment it was seen, in monotonic seconds."""
        with self._changed:
            there = self._changed.wait_for(
                lambda: isinstance(self._screen, kind) and more(self._screen), WAIT_S
            )
        if not there:
            raise TimeoutError(f"{kind.__name__} was not shown, but {self._screen}")
        return time.monotonic()

    def send(self, *events: do.UserEvent) -> None:
        """Do what a person does."""
        for event in events:
            self._runner.send(event)

    def _seen(self, view: on.View) -> None:
        with self._changed:
            self._screen = view.screen
            self._changed.notify_all()


@contextlib.contextmanager
def _timed_fsyncs() -> Iterator[list[float]]:
    """Collect the seconds of every fsync of this process."""
    took: list[float] = []
    real = os.fsync

    def timed(fd: Any) -> None:
        began = time.perf_counter()
        real(fd)
        took.append(time.perf_counter() - began)

    os.fsync = timed
    try:
        yield took
    finally:
        os.fsync = real


def _withdrawals(data: Path, device: DeviceControl) -> None:
    runner = KioskRunner(KioskSettings(data=data, config=load_config()))
    kiosk = Watched(runner)
    runner.start()
    try:
        kiosk.until(on.Welcome, lambda s: isinstance(s, on.Welcome) and bool(s.pays_minor))
        kiosk.send(do.UseNumber())
        kiosk.until(on.EnterNumber, lambda _s: True)
        kiosk.send(do.NumberEntered("amara"))
        kiosk.until(on.EnterPin, lambda _s: True)
        kiosk.send(*(do.PinDigit(int(digit)) for digit in "482915"))
        kiosk.until(on.EnterPin, lambda s: isinstance(s, on.EnterPin) and s.filled == 6)
        kiosk.send(do.PinEnter())
        presented, counts, costs = [], [], []
        for _ in range(WITHDRAWALS):
            kiosk.until(on.Menu, lambda s: isinstance(s, on.Menu) and s.can_withdraw)
            kiosk.send(do.Choose("withdraw"))
            kiosk.until(on.Withdraw, _has_limits)
            kiosk.send(do.PickAmount(1000))
            kiosk.until(on.Withdraw, lambda s: isinstance(s, on.Withdraw) and bool(s.notes))
            with _timed_fsyncs() as took:
                began = time.monotonic()
                kiosk.send(do.Confirm())
                there = kiosk.until(on.TakeCash, lambda _s: True)
                device.take()
                kiosk.until(on.Success, lambda _s: True)
                _until_word(data, "DONE")
            presented.append(1000 * (there - began - Pace().motion_s))
            counts.append(len(took))
            costs.append(1000 * sum(took))
            kiosk.send(do.Confirm())
    finally:
        runner.stop()
    _print("take_to_presented_beyond_the_device_ms", presented)
    _print("fsyncs_a_withdrawal", [float(count) for count in counts])
    _print("fsyncs_of_a_withdrawal_ms", costs)


def _has_limits(screen: on.Screen) -> bool:
    return isinstance(screen, on.Withdraw) and screen.left_today_minor is not None


def _last_word(data: Path) -> str:
    rows = [json.loads(line) for line in lines(data / "kiosk" / "journal")]
    return str(rows[-1]["word"])


def _until_word(data: Path, *words: str) -> float:
    end = time.monotonic() + WAIT_S
    while _last_word(data) not in words:
        if time.monotonic() > end:
            raise TimeoutError(f"the journal does not say {words}")
        time.sleep(0.005)
    return time.monotonic()


def _starts(data: Path) -> None:
    config = data / "test.toml"
    text = DEFAULT_FILE.read_text("utf-8")
    config.write_text(re.sub(r"(?m)^test_configuration = .*$", "test_configuration = true", text))
    script = data / "script"
    first, decided, welcome, reversed_ = [], [], [], []
    for _ in range(STARTS):
        script.write_text("number amara\npin 482915\nexpect Menu\nwithdraw 10\n")
        (data / "kiosk" / "crash-starts").unlink(missing_ok=True)
        with _kiosk(data, config, script, KIOSK_CRASH_AT="S7") as dying:
            dying.wait(WAIT_S)
        script.write_text(f"await {data}/never\n")
        began = time.monotonic()
        with _kiosk(data, config, script) as started:
            shown: dict[str, float] = {}
            threading.Thread(target=_screens, args=(started, shown), daemon=True).start()
            decided.append(1000 * (_until_word(data, "REVERSAL_PENDING", "REVERSED") - began))
            reversed_.append(1000 * (_until_word(data, "REVERSED") - began))
            while "Welcome" not in shown:
                if time.monotonic() - began > WAIT_S:
                    raise TimeoutError(f"shown were only {list(shown)}")
                time.sleep(0.005)
            first.append(1000 * (shown["Wait"] - began))
            welcome.append(1000 * (shown["Welcome"] - began))
            started.send_signal(signal.SIGTERM)
            started.wait(WAIT_S)
    _print("start_after_a_power_cut_to_the_program_runs_ms", first)
    _print("start_after_a_power_cut_to_decided_ms", decided)
    _print("start_after_a_power_cut_to_reversed_ms", reversed_)
    _print("start_after_a_power_cut_to_welcome_ms", welcome)


def _screens(kiosk: subprocess.Popen[str], shown: dict[str, float]) -> None:
    """Note when each kind of screen was first shown."""
    if kiosk.stdout is None:
        return
    for line in kiosk.stdout:
        shown.setdefault(json.loads(line)["screen"], time.monotonic())


@contextlib.contextmanager
def _kiosk(
    data: Path, config: Path, script: Path, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "main.py"), "kiosk", "--headless", "--data", str(data)]
    command += ["--config", str(config), "--script", str(script)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _print(name: str, values: list[float]) -> None:
    row = {
        "figure": name,
        "median": round(statistics.median(values), 1),
        "least": round(min(values), 1),
        "most": round(max(values), 1),
        "runs": len(values),
    }
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    sys.exit(main())
