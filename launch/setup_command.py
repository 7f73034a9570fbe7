"""``main.py setup``: being inside the environment is all it takes. Standard library only."""

import argparse

from launch.environment.venv import DEV, EXTRAS, RUN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``setup``."""
    parser.add_argument(
        "--dev", action="store_true", help="also install what tests and checks need"
    )
    parser.add_argument(
        "--with",
        dest="extras",
        action="append",
        choices=EXTRAS,
        default=[],
        help="also install what this needs: cluster, a replicated database on this machine; deep, "
        "the second engine for fingerprints. May be given twice; --dev holds both",
    )


def wanted(arguments: argparse.Namespace) -> frozenset[str]:
    """The sets of packages asked for."""
    return frozenset({DEV if arguments.dev else RUN, *arguments.extras})


def run(arguments: argparse.Namespace) -> int:
    """Say that all is there; the front door has installed it on the way here."""
    # It compiled the matcher too; this is for sources that changed since.
    from biometrics.matching.prepare import load

    load()
    kinds = ["the developers' tools"] if arguments.dev else sorted(set(arguments.extras))
    beside = f", with {' and '.join(kinds)}," if kinds else ""
    print(f"Set up: everything{beside} is installed. `python3 main.py demo` starts the demo.")
    return 0
