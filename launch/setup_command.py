"""``main.py setup``: being inside the environment is all it takes."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``setup``."""
    parser.add_argument(
        "--dev", action="store_true", help="also install what tests and checks need"
    )


def run(arguments: argparse.Namespace) -> int:
    """Say that all is there; the front door has installed it on the way here."""
    kind = "everything, with the developers' tools," if arguments.dev else "everything"
    print(f"Set up: {kind} is installed. `python3 main.py demo` starts the demo.")
    return 0
