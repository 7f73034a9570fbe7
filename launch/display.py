"""Whether a window can be opened here."""

import os
import subprocess
import sys

PROBE_TIMEOUT_S = 10.0
_NEEDS_SERVER = ("xcb", "wayland", "")


class Probe:
    """Tries to open a display in a child process: Qt ends a process that has none.

    Started at once, asked later, so that other things get going in the meantime.
    """

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", "from PySide6.QtGui import QGuiApplication as A; A([])"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"QT_LOGGING_RULES": "*=false"},
        )

    def usable(self) -> bool:
        """Whether the display answered, after `PROBE_TIMEOUT_S` at the latest."""
        try:
            return self._child.wait(PROBE_TIMEOUT_S) == 0
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            return False


def named() -> bool:
    """Whether there is a display to try at all.

    Windows and macOS have theirs; elsewhere an environment variable names one. A platform of Qt's
    that draws without a display ("offscreen") counts: who sets it wants the window drawn there.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform not in _NEEDS_SERVER:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
