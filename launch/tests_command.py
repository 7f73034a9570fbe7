"""``main.py test``: the whole test suite, without a display."""

import argparse
import os
import subprocess
import sys

from launch.doors import ROOT
from launch.environment import preflight


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``test``."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="test files or folders (default: all)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run pytest and return its exit status. Errors: EnvironmentNotReady, with CI=true only."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        # Elsewhere the tests that need it skip and say so; here none may be left out.
        preflight.reader_libraries()
    settings = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
    }
    # Most tests wait for a server, a clock or a disk: more files at once than processors pay.
    workers = 1 + (os.cpu_count() or 1)
    spread = ["-n", str(workers), "--dist", "loadfile"]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *spread, *arguments.paths]
    return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode
