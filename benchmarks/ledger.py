"""The ledger alone beside pgbench's TPC-B on the same PostgreSQL, in alternating rounds.

Clients wait for one answer at a time, as pgbench's do. 5 % of the movements are declined and 1 %
are replays; both are decided inside the batch. "hot": one account is the payee of every movement.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bank.config import load_config
from bank.ledger.lanes import Ledger
from bank.ledger.statement import rules_of
from bank.store.migrate import migrate
from benchmarks import tpcb
from benchmarks.curves import Curve, draw
from benchmarks.ledger_load import Load, Seen, drive, fill
from benchmarks.postgres_pair import Measured, measured_postgres

ACCOUNTS: Final = 100_000
CLIENTS: Final = (16, 64)
CURVE_CLIENTS: Final = (1, 2, 4, 8, 16, 32, 64, 96)


@dataclass(frozen=True)
class Round:
    """One round's rates, and the CPU microseconds a transaction of both, PostgreSQL's included."""

    per_s: float
    tpcb_per_s: float
    cpu_us: float
    tpcb_cpu_us: float


def main() -> int:
    """Measure and print; draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8, help="of each run")
    parser.add_argument("--curves", type=Path, default=Path("build/bench/ledger.svg"))
    args = parser.parse_args()
    with measured_postgres() as server:
        tpcb.prepare(server)
        urls = server.database("ledger")
        migrate(urls.owner)
        fill(urls.owner, ACCOUNTS)
        loads = {"random": Load(ACCOUNTS, False), "hot": Load(ACCOUNTS, True)}
        _curves(urls.application, loads["random"], args.seconds / 4, args.curves)
        for standby in (False, True):
            if standby:
                server.add_standby()
            for clients in CLIENTS:
                _compare(server, urls.application, loads, clients, standby, args)
    return 0


def _compare(
    server: Measured, url: str, loads: dict[str, Load], clients: int, standby: bool,
    args: argparse.Namespace,
) -> None:  # fmt: skip
    rounds: dict[str, list[Round]] = {name: [] for name in loads}
    for _ in range(args.rounds):
        before_us = _cpu_us(server)
        tps = tpcb.transactions_per_s(server, clients, args.seconds)
        tpcb_cpu_us = (_cpu_us(server) - before_us) / (tps * args.seconds)
        for name, load in loads.items():
            before_us = _cpu_us(server)
            seen = asyncio.run(_drive(url, load, clients, args.seconds))
            cpu_us = (_cpu_us(server) - before_us) / sum(seen.outcomes.values())
            rounds[name].append(Round(seen.per_s, tps, cpu_us, tpcb_cpu_us))
    for name, found in rounds.items():
        ratios = [one.per_s / one.tpcb_per_s for one in found]
        row = {
            "figure": "ledger_beside_tpcb",
            "accounts": name,
            "clients": clients,
            "standby": standby,
            "per_s": round(statistics.median(one.per_s for one in found)),
            "tpcb_per_s": round(statistics.median(one.tpcb_per_s for one in found)),
            "ratio": round(statistics.median(ratios), 2),
            "least": round(min(ratios), 2),
            "most": round(max(ratios), 2),
            "cpu_us": round(statistics.median(one.cpu_us for one in found)),
            "tpcb_cpu_us": round(statistics.median(one.tpcb_cpu_us for one in found)),
            "rounds": len(found),
            "load": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(row), flush=True)


async def _drive(url: str, load: Load, clients: int, seconds: float) -> Seen:
    rules = json.loads(rules_of(load_config())) | {"transfer_day_minor": 10**15}
    ledger = Ledger(url, json.dumps(rules))
    await ledger.open()
    try:
        await drive(ledger, load, clients, 0.5)
        return await drive(ledger, load, clients, seconds)
    finally:
        await ledger.close()


def _curves(url: str, load: Load, seconds: float, file: Path) -> None:
    """Throughput and latency by the number of clients."""
    seen = {n: asyncio.run(_drive(url, load, n, seconds)) for n in CURVE_CLIENTS}
    for clients, one in seen.items():
        print(
            json.dumps(
                {
                    "figure": "ledger_curve",
                    "clients": clients,
                    "per_s": round(one.per_s),
                    "p50_ms": round(one.p50_ms, 1),
                    "p99_ms": round(one.p99_ms, 1),
                }
            ),
            flush=True,
        )
    xs = [float(clients) for clients in seen]
    draw(
        file,
        "The ledger by clients",
        "clients",
        [
            [Curve("movements a second", xs, [one.per_s for one in seen.values()])],
            [
                Curve("median, ms", xs, [one.p50_ms for one in seen.values()]),
                Curve("99 %, ms", xs, [one.p99_ms for one in seen.values()]),
            ],
        ],
    )


def _cpu_us(server: Measured) -> float:
    """CPU microseconds so far: this process, its ended children, PostgreSQL and its backends."""
    own = os.times()
    total = own.user + own.system + own.children_user + own.children_system
    for process in server.processes:
        main = psutil.Process(process.pid)
        for one in (main, *main.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # an idle worker has just ended
                times = one.cpu_times()
                total += times.user + times.system
        times = main.cpu_times()
        total += times.children_user + times.children_system
    return 1e6 * total


if __name__ == "__main__":
    sys.exit(main())
