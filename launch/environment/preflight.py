"""What is checked before anything is downloaded or drawn."""

import importlib.util
import os
import shutil
import socket
import sys
from pathlib import Path

from launch.environment import debian, libraries, x11
from launch.errors import EnvironmentNotReady

DISK_NEEDED_MB = 1500


def before_download(root: Path, screen: bool) -> None:
    """Check folder, disk, venv, libraries and the network of this machine with itself.

    Installs Debian packages where it may. Errors: EnvironmentNotReady, in one sentence.
    """
    _writable(root)
    _disk(root)
    _loopback()
    packages = {}
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        packages["Python's venv"] = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if screen:
        packages |= libraries.missing(display=_on_x11())
    if packages:
        debian.install(list(packages.values()), f"Missing here: {', '.join(packages)}.")
        importlib.invalidate_caches()


def screen_libraries() -> None:
    """Check what Qt loads, as Qt itself would end the program. Errors: EnvironmentNotReady."""
    lacking = libraries.missing(display=_on_x11())
    if lacking:
        debian.install(list(lacking.values()), f"Qt cannot draw without {', '.join(lacking)}.")


def reader_libraries() -> None:
    """Install what the tests of real readers load. Errors: EnvironmentNotReady."""
    lacking = libraries.missing_for_readers()
    if lacking:
        why = f"The readers' tests cannot run without {', '.join(lacking)}."
        debian.install(list(lacking.values()), why)


def _on_x11() -> bool:
    # A display that is named but dead needs no libraries: nothing will be drawn on it.
    return x11.answers(os.environ.get("DISPLAY", ""))


def _writable(root: Path) -> None:
    if not os.access(root, os.W_OK | os.X_OK):
        raise EnvironmentNotReady(
            f"Nothing can be installed in {root}: this user may not write there. "
            "Copy the project to a folder of your own and start it there."
        )


def _disk(root: Path) -> None:
    free_mb = shutil.disk_usage(root).free // (1 << 20)
    if free_mb < DISK_NEEDED_MB:
        raise EnvironmentNotReady(
            f"Set-up needs {DISK_NEEDED_MB} MB of disk; {root} has {free_mb} MB left."
        )


def _loopback() -> None:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            pass
    except OSError as problem:
        raise EnvironmentNotReady(
            f"No server can listen on this machine's own address 127.0.0.1: {problem}."
        ) from problem
