"""``make bench-large``: the ledger with a year of entries behind it."""

import argparse

from benchmarks import ledger_large


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    ledger_large.describe(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    return ledger_large.measure(arguments)
