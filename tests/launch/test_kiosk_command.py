import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from launch.doors import ROOT


def kiosk(tmp_path, *options, **settings):
    surroundings = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "kiosk", "--data", str(tmp_path), *options],
        env=surroundings | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def catches(process, number):
    """Whether the process has a handler of its own for a signal (Linux's ``SigCgt`` mask)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.MULTILINE)[1], 16)
    return bool(caught & 1 << number - 1)


def test_without_a_display_it_says_what_needs_none(tmp_path):
    process = kiosk(tmp_path, DISPLAY=":77")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "no display" in said
    assert "--headless" in said
    assert "Traceback" not in said


def test_its_window_ends_when_it_is_asked_to_and_without_a_bank(tmp_path):
    process = kiosk(tmp_path, QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")
    while not catches(process, signal.SIGTERM):  # the test's time limit bounds this
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    time.sleep(1)  # in its event loop, and without a bank
    assert process.poll() is None, process.communicate()
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in said
