"""``main.py database``: the embedded PostgreSQL of a data folder, until told to end."""

import argparse
import signal
import threading
from pathlib import Path

from bank.store.postgres import PostgresError, PostgresServer, home_for, write_urls
from launch.errors import LaunchError
from launch.folder import default_path

DATABASE = "bank"
POLL_S = 0.1
STOP_TIMEOUT_S = 3.0


class DatabaseFailed(LaunchError):
    """PostgreSQL said no; the sentence is its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``database``."""
    parser.add_argument(
        "--data", type=Path, default=default_path(), metavar="DIR", help="the data folder"
    )


def run(arguments: argparse.Namespace) -> int:
    """Start it, print ``ready PORT``, and stop it in order on SIGTERM or Ctrl-C."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    data = arguments.data.expanduser().resolve()
    server = PostgresServer(home_for(data))
    try:
        port = server.start()
        write_urls(data, server.create_database(DATABASE))
        print(f"ready {port}", flush=True)
        while not told.wait(POLL_S):
            if server.running() is None:
                raise DatabaseFailed("PostgreSQL ended by itself.")
        return 0
    except PostgresError as problem:
        raise DatabaseFailed(str(problem)) from problem
    finally:
        server.stop(STOP_TIMEOUT_S)
