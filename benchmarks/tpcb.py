"""pgbench's TPC-B, the peer that the ledger is measured beside."""

import re
import subprocess
from typing import Final

from benchmarks.postgres_pair import Measured

SCALE: Final = 50
DATABASE: Final = "tpcb"


def prepare(server: Measured, scale: int = SCALE) -> None:
    """Fill pgbench's tables."""
    server.sql(f"CREATE DATABASE {DATABASE}")
    _pgbench(server, "-i", "-q", "-s", str(scale))


def transactions_per_s(server: Measured, clients: int, seconds: int) -> float:
    """Run the built-in TPC-B-like script with prepared statements; return its rate."""
    said = _pgbench(
        server, "-n", "-c", str(clients), "-j", "2", "-T", str(seconds), "-M", "prepared"
    )
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        return 0.0  # it found no time for a single transaction
    return float(found[1])


def _pgbench(server: Measured, *arguments: str) -> str:
    done = subprocess.run(
        [str(server.binaries.program("pgbench")), *arguments, DATABASE],
        env=server.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )
    return done.stdout
