"""``make soak``: a long run under kills, against a cluster or one embedded database."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypedDict

from bank.store.postgres import PostgresServer
from benchmarks.soak.faults import cluster_faults, database_fault, server_faults
from benchmarks.soak.run import Plan, Result, soak
from benchmarks.soak.world import World
from launch.cluster_parts import running_cluster


class _Pace(TypedDict):
    down_s: tuple[float, float]
    rest_s: tuple[float, float]


CLUSTER: Final[_Pace] = {"down_s": (3.0, 15.0), "rest_s": (3.0, 8.0)}
EMBEDDED: Final[_Pace] = {"down_s": (0.5, 2.0), "rest_s": (1.0, 3.0)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--seconds", type=float, default=600.0, help="(default: %(default)s)")
    parser.add_argument("--clients", type=int, default=12, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument(
        "--single", action="store_true", help="one embedded database in place of the cluster"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run, print one JSON line, and return 0 if every promise was kept."""
    with _folder() as folder:
        if arguments.single:
            result = run_single(folder, arguments.seconds, arguments.clients, arguments.seed)
        else:
            result = run_cluster(folder, arguments.seconds, arguments.clients, arguments.seed)
    sys.stdout.write(json.dumps(result.figures()) + "\n")
    return 0 if result.sound else 1


def run_single(
    folder: Path, seconds: float, clients: int, seed: int, least_faults: int = 1
) -> Result:
    """Two servers over one embedded PostgreSQL; servers and database are killed."""
    database = PostgresServer(folder / "postgres")
    database.start()
    try:
        with World(folder / "data", database.create_database("bank")) as world:
            faults = (*server_faults(world), database_fault(database))
            return soak(
                world, faults, Plan(seconds, clients, seed, **EMBEDDED, least_faults=least_faults)
            )
    finally:
        database.stop()


def run_cluster(folder: Path, seconds: float, clients: int, seed: int) -> Result:
    """Two servers over a cluster of three; servers, databases and nodes are killed and frozen."""
    with (
        running_cluster(folder / "cluster") as (cluster, urls),
        World(folder / "data", urls) as world,
    ):
        faults = (*server_faults(world), *cluster_faults(cluster))
        plan = Plan(seconds, clients, seed, **CLUSTER)
        # One fault at a time: with two of three nodes away nothing can be acknowledged.
        return soak(world, faults, plan, settle=partial(cluster.wait_whole, 300.0))


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fortress-soak-", ignore_cleanup_errors=True) as name:
        # PostgreSQL runs as another account under root.
        Path(name).chmod(0o711)
        yield Path(name)
