"""``main.py test``: the whole test suite, without a display."""

import argparse
import os
import subprocess
import sys

from launch.doors import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``test``."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="test files or folders (default: all)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run pytest and return its exit status."""
    settings = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *arguments.paths]
    return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode
