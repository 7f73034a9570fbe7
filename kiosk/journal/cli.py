"""``journal dump``: the kiosk's journal, one JSON line a record."""

import argparse
import sys
from pathlib import Path

from platformdirs import user_data_path

from kiosk.journal.dump import lines
from kiosk.journal.errors import JournalUnusable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    commands = parser.add_subparsers(dest="journal_command", required=True, metavar="COMMAND")
    dump = commands.add_parser("dump", help="print the journal, one JSON line a record")
    dump.add_argument("--data", type=Path, default=user_data_path("fortress-atm"), metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """Print the journal; 2 if it can't be read."""
    try:
        for line in lines(args.data / "kiosk" / "journal"):
            print(line)
    except JournalUnusable as error:
        print(error, file=sys.stderr)
        return 2
    return 0
