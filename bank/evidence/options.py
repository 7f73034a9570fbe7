"""The options of `bank evidence`, in a module that loads nothing: `bank serve` is in a hurry."""

import argparse
from pathlib import Path


def describe_evidence(command: argparse.ArgumentParser, default: Path) -> None:
    """Describe the command to `command`; `default` is the data folder."""
    command.add_argument("terminal", nargs="?", metavar="TERMINAL", help="such as ATM-0001")
    command.add_argument("uid", nargs="?", metavar="UID", help="of the movement, 32 hex digits")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write the bundle")
    command.add_argument("--check", type=Path, metavar="FILE", help="check this bundle instead")
    command.add_argument("--ca", type=Path, metavar="CERT", help="the bank's root, for --check")
    command.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="PEM",
        help="the key that signs published heads, as `bank keys public` prints it, for --check",
    )
    command.add_argument(
        "--data",
        type=Path,
        default=default,
        help="folder with the bank's keys and addresses (default: %(default)s)",
    )
