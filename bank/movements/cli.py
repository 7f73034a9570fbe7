"""``bank import-advices``: what ``journal export`` wrote comes into the ledger by hand."""

import argparse
import asyncio
import sys
from typing import Final

from bank.config import load_config
from bank.movements.errors import BadMovement
from bank.movements.importing import import_advices, read_lines
from bank.store.postgres import read_urls

LEFT_OUT: Final = 1
WRONG: Final = 2


def run(arguments: argparse.Namespace) -> int:
    """Submit every line and say what became of it: 0, 1 if one was left out.

    Errors: BadConfig, PostgresError, StoreUnavailable, OSError.
    """
    try:
        lines = list(read_lines(arguments.file))
    except BadMovement as error:
        print(f"bank import-advices: {error}; nothing was submitted", file=sys.stderr)
        return WRONG
    url = read_urls(arguments.data).application
    became = asyncio.run(import_advices(url, load_config(arguments.config), lines))
    for one in became:
        print(f"line {one.line}: {one.words}")
    print(f"{sum(one.kept for one in became)} of {len(became)} are in the ledger.")
    return 0 if all(one.kept for one in became) else LEFT_OUT
