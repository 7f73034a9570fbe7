"""``main.py check``: style, types, import rules and QML, each by its own tool."""

import argparse
import subprocess
import sys
from pathlib import Path

from launch.doors import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no options: there is one way to be right."""


def run(_arguments: argparse.Namespace) -> int:
    """Run every check, also after a failed one; 0 if all passed."""
    failed = [name for name, command in _checks().items() if not _passes(name, command)]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _checks() -> dict[str, list[str]]:
    python = sys.executable
    return {
        "style": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy"],
        "imports": [str(Path(python).with_name("lint-imports"))],
        "qml": [python, "-m", "ui.lint"],
    }


def _passes(name: str, command: list[str]) -> bool:
    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
