"""``make bench``: every benchmark in turn, one JSON line a figure."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--fingers",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="an FVC set to measure accuracy on, in place of synthetic fingers; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run them all, also after a failed one; 0 if all ran."""
    sets = ["--sets", *map(str, arguments.fingers)] if arguments.fingers else []
    commands = (
        ["benchmarks.accuracy", *sets],
        ["benchmarks.identification", *sets],
        ["benchmarks.thresholds", *sets],
        ["benchmarks.sensors"],
        ["benchmarks.presentation", *sets],
        ["benchmarks.start"],
        ["benchmarks.journey"],
        ["benchmarks.readers"],
        ["benchmarks.ledger"],
        ["benchmarks.stack"],
        ["benchmarks.stack", "--standby"],
        ["benchmarks.overload"],
        ["benchmarks.verify"],
    )
    failed = [
        command[0]
        for command in commands
        if subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
    ]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0
