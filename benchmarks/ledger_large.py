"""``make bench-large``: is a ledger with 10 million entries and 1 million accounts slower?

A small and a large bank lie in two databases of one PostgreSQL; rounds alternate between them, so
that what slows one slows the other. Beside the rate of movements: how long the statements behind
a balance and a page of 20 lines take on the large one.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from typing import Final

import psutil
import psycopg

from bank.config import load_config
from bank.ledger.lanes import Ledger
from bank.ledger.statement import rules_of
from bank.statements import reads
from bank.store.migrate import migrate
from benchmarks.ledger_load import FIRST_NUMBER, Load, drive, fill
from benchmarks.ledger_past import FAST, fill_past
from benchmarks.postgres_pair import Measured, measured_postgres

SMALL_ACCOUNTS: Final = 10_000
CLIENTS: Final = 64
PAGES: Final = 2_000


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what the measurement takes."""
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=8, help="of each run")


def measure(args: argparse.Namespace) -> int:
    """Fill both banks, measure and print."""
    with measured_postgres(FAST) as server:
        urls = {}
        for name, accounts in (("small", SMALL_ACCOUNTS), ("large", args.accounts)):
            made = server.database(name)
            migrate(made.owner)
            fill(made.owner, accounts)
            urls[name] = made.application
            began = time.perf_counter()
            if name == "large":
                fill_past(made.owner, args.entries, accounts)
                server.sql("CHECKPOINT")
                _print(figure="large_filled", seconds=round(time.perf_counter() - began),
                       entries=args.entries, size=_size(server))  # fmt: skip
        loads = {"small": Load(SMALL_ACCOUNTS, False), "large": Load(args.accounts, False)}
        rates: dict[str, list[float]] = {"small": [], "large": []}
        for number in range(args.rounds + 1):
            for name, load in loads.items():
                seen = asyncio.run(_round(urls[name], load, args.seconds if number else 3))
                if number:
                    rates[name].append(seen)
        ratios = [b / a for a, b in zip(rates["small"], rates["large"], strict=True)]
        _print(
            figure="large_beside_small", small_per_s=round(statistics.median(rates["small"])),
            large_per_s=round(statistics.median(rates["large"])),
            ratio=round(statistics.median(ratios), 3), least=round(min(ratios), 3),
            most=round(max(ratios), 3), rounds=args.rounds, load=os.getloadavg()[0],
        )  # fmt: skip
        _pages(urls["large"], args.accounts)
    return 0


async def _round(url: str, load: Load, seconds: float) -> float:
    rules = json.loads(rules_of(load_config())) | {"transfer_day_minor": 10**15}
    ledger = Ledger(url, json.dumps(rules))
    await ledger.open()
    try:
        await drive(ledger, load, CLIENTS, 1.0)
        return (await drive(ledger, load, CLIENTS, seconds)).per_s
    finally:
        await ledger.close()


def _pages(url: str, accounts: int) -> None:
    chance = random.Random(7)
    took: dict[str, list[float]] = {"balance": [], "statement_page": []}
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        spent = sum(backend.cpu_times()[:2])
        for number in range(PAGES + 50):
            account = str(FIRST_NUMBER + chance.randint(1, accounts))
            began = time.perf_counter()
            connection.execute(reads.BALANCE, ["Europe/Berlin", account]).fetchone()
            between = time.perf_counter()
            row = connection.execute(reads.ACCOUNT, [account]).fetchone()
            if row is None:
                raise LookupError(account)
            connection.execute(reads.ROWS, [row[0], reads.MAX_ENTRY, 21]).fetchall()
            if number >= 50:
                took["balance"].append(between - began)
                took["statement_page"].append(time.perf_counter() - between)
        spent = sum(backend.cpu_times()[:2]) - spent
    _print(figure="large_reads_cpu", balance_and_page_cpu_ms=round(1e3 * spent / (PAGES + 50), 2))
    for name, values in took.items():
        values.sort()
        _print(
            figure=f"large_{name}", p50_ms=round(1e3 * values[PAGES // 2], 2),
            p99_ms=round(1e3 * values[PAGES * 99 // 100], 2), reads=PAGES,
            load=os.getloadavg()[0],
        )  # fmt: skip


def _size(server: Measured) -> str:
    return str(server.sql("SELECT pg_size_pretty(pg_database_size('large'))")[0][0])


def _print(**row: object) -> None:
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    describe(options)
    sys.exit(measure(options.parse_args()))
