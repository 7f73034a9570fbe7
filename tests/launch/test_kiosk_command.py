import os
import subprocess
import sys
import time

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


def test_without_a_display_it_says_what_needs_none(tmp_path):
    process = kiosk(tmp_path, DISPLAY=":77")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "no display" in said
    assert "--headless" in said
    assert "Traceback" not in said


def test_its_window_ends_when_it_is_asked_to_and_without_a_bank(tmp_path):
    process = kiosk(tmp_path, QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")
    time.sleep(4)
    assert process.poll() is None, process.communicate()
    process.terminate()
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in said
