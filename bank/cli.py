"""`main.py bank`: run and look after a bank server."""

import argparse
import sys
from pathlib import Path

import platformdirs

from bank.config import DEFAULT_FILE, BadConfig
from bank.keys import KeysError
from bank.serve import AlreadyServing, PortTaken, Settings, log_to_stderr, serve
from bank.store.errors import StoreError
from bank.store.postgres import PostgresError

WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the commands to `parser`."""
    commands = parser.add_subparsers(dest="bank_command", required=True, metavar="COMMAND")
    server = commands.add_parser("serve", help="run one bank server until it is told to stop")
    server.add_argument("--server", required=True, choices=("A", "B"), help="its name")
    server.add_argument(
        "--port", required=True, type=int, help="port on 127.0.0.1; 0 takes a free one"
    )
    demo = commands.add_parser(
        "init-demo", help="make certificates, keys, accounts and demo customers where missing"
    )
    for command in (server, demo):
        command.add_argument(
            "--data",
            type=Path,
            default=Path(platformdirs.user_data_dir("fortress-atm")),
            help="folder with the bank's keys and addresses (default: %(default)s)",
        )
        command.add_argument(
            "--config", type=Path, default=DEFAULT_FILE, help="the bank's rules (TOML)"
        )


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line asks; 0, or 2 with one line that says what is wrong."""
    log_to_stderr()
    try:
        if arguments.bank_command == "serve":
            serve(Settings(arguments.data, arguments.server, arguments.port, arguments.config))
            return 0
        return _init_demo(arguments)
    except AlreadyServing as running:
        print(f"bank serve: {running}")
        return 0
    except (
        PortTaken,
        BadConfig,
        KeysError,
        PostgresError,
        StoreError,
        OSError,
        ValueError,
    ) as error:
        print(f"bank {arguments.bank_command}: {error}", file=sys.stderr)
        return WRONG


def _init_demo(arguments: argparse.Namespace) -> int:
    # A server needs neither migrations nor fingers: it starts in half the time without them.
    import sqlalchemy.exc

    from bank.ca import CaError
    from bank.demo.init import KeysDiffer, init_demo

    try:
        init_demo(arguments.data, arguments.config)
    except (CaError, KeysDiffer) as error:
        print(f"bank init-demo: {error}", file=sys.stderr)
        return WRONG
    except sqlalchemy.exc.SQLAlchemyError as error:
        print(f"bank init-demo: {type(error).__name__}", file=sys.stderr)
        return WRONG
    return 0
