"""`main.py bank`: run and look after a bank server."""

import argparse
import ipaddress
import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

import platformdirs

from bank.alarms.cli import describe as describe_alarms
from bank.ca import CaError
from bank.ca.cli import host, server_name
from bank.ca.cli import run as issue
from bank.config import DEFAULT_FILE, BadConfig
from bank.evidence.options import describe_evidence
from bank.keys import KeysError
from bank.logs import log_to_stderr
from bank.rotation.options import describe_keys
from bank.staff.cli import describe as describe_roles
from bank.store.errors import StoreError
from bank.store.postgres import PostgresError
from bank.terminals.cli import describe as describe_terminals

WRONG = 2
DEFAULT_DATA = Path(platformdirs.user_data_dir("fortress-atm"))
METRICS_ABOVE = 8000
ENROLMENT_ABOVE = 1000
LAST_PORT = 65535
MOST_PROCESSES = 256
AT_THE_HOST = frozenset(
    {"verify", "keys", "terminals", "roles", "evidence", "alarms", "import-advices"}
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the commands to `parser`."""
    commands = parser.add_subparsers(dest="bank_command", required=True, metavar="COMMAND")
    server = commands.add_parser("serve", help="run one bank server until it is told to stop")
    server.add_argument("--server", required=True, type=server_name, help="its name, such as A")
    server.add_argument("--port", required=True, type=_port, help="0 takes a free one")
    server.add_argument(
        "--address",
        type=_address,
        default="127.0.0.1",
        metavar="IP",
        help="the address of this host to listen on, for terminals with and without a certificate;"
        " 0.0.0.0 or :: for all (default: %(default)s)",
    )
    server.add_argument(
        "--metrics-port",
        type=_port,
        metavar="PORT",
        help="port on 127.0.0.1 for Prometheus (default: 8000 above --port; 0 takes a free one)",
    )
    server.add_argument(
        "--enrol-port",
        type=_port,
        metavar="PORT",
        help="port for terminals without a certificate (default: 1000 above --port; 0 takes a free"
        " one)",
    )
    demo = commands.add_parser(
        "init-demo", help="make certificates, keys, accounts and demo customers where missing"
    )
    schema = commands.add_parser(
        "migrate", help="bring the database named by the environment, or the folder's, up to date"
    )
    certificate = commands.add_parser(
        "certificate", help="issue the certificate of one more server, by the folder's authority"
    )
    certificate.add_argument("--server", required=True, type=server_name, help="such as C")
    certificate.add_argument(
        "--host",
        action="append",
        type=host,
        metavar="HOST",
        help="a name or address by which terminals find it; may be repeated (default: those of the"
        " certificate before; loopback always)",
    )
    verify = commands.add_parser(
        "verify", help="check the whole ledger: chain, published heads, signatures, sums"
    )
    _describe_verify(verify)
    describe_keys(
        commands.add_parser("keys", help="carry, show and renew the key set of the servers"),
        DEFAULT_DATA,
    )
    describe_terminals(
        commands.add_parser("terminals", help="list terminals, deny or release one"), DEFAULT_DATA
    )
    describe_alarms(
        commands.add_parser("alarms", help="list alarms, and say what came of them"), DEFAULT_DATA
    )
    _describe_import(
        commands.add_parser(
            "import-advices", help="submit what `journal export` wrote at a machine"
        )
    )
    describe_evidence(
        commands.add_parser("evidence", help="write, or check, evidence of one movement"),
        DEFAULT_DATA,
    )
    describe_roles(
        commands.add_parser("roles", help="what a person may do: customer, teller, operator ..."),
        DEFAULT_DATA,
    )
    for command in (server, demo, verify, schema, certificate):
        command.add_argument(
            "--data",
            type=Path,
            default=DEFAULT_DATA,
            help="folder with the bank's keys and addresses (default: %(default)s)",
        )
    for command in (server, demo, certificate):
        command.add_argument(
            "--config", type=Path, default=DEFAULT_FILE, help="the bank's rules (TOML)"
        )
    server.add_argument(
        "--heads",
        type=Path,
        metavar="FILE",
        help="where to publish the ledger's heads (default: in the data folder)",
    )


def _describe_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="one signed request a line")
    for option, default, what in (
        ("--config", DEFAULT_FILE, "the bank's rules (TOML)"),
        ("--data", DEFAULT_DATA, "folder with the bank's addresses (default: %(default)s)"),
    ):
        command.add_argument(option, type=Path, default=default, help=what)


def _describe_verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--heads",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="files of published heads (default: every one in the data folder)",
    )
    command.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="PEM",
        help="a public key that signed heads, as `bank keys public` prints it; may be repeated"
        " (default: the one of the data folder's key set)",
    )
    command.add_argument(
        "--processes",
        type=_count,
        default=os.cpu_count() or 1,
        help="processes that check signatures (default: %(default)s)",
    )


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to {LAST_PORT}")
    return port


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP address") from None


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_PROCESSES}")
    return count


def _end() -> NoReturn:
    """End a server whose listener, pool and lanes are closed.

    Python would wait for a thread that is still loading or compiling the matcher, for up to half a
    minute, while an operator waits for the server to be gone.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line asks; 0, or 2 with one line that says what is wrong."""
    log_to_stderr(logging.INFO if arguments.bank_command == "serve" else logging.WARNING)
    try:
        if arguments.bank_command == "serve":
            return _serve(arguments)
        if arguments.bank_command in AT_THE_HOST:
            return _look_after(arguments)
        if arguments.bank_command == "certificate":
            return issue(arguments)
        if arguments.bank_command == "migrate":
            from bank.store.cli import run as bring_up_to_date

            return bring_up_to_date(arguments)
        return _init_demo(arguments)
    except (BadConfig, CaError, KeysError, PostgresError, StoreError, OSError, ValueError) as error:
        print(f"bank {arguments.bank_command}: {error}", file=sys.stderr)
        return WRONG


def _serve(arguments: argparse.Namespace) -> int:
    # The web server takes as long to load as all that another command needs.
    from bank.serve import AlreadyServing, PortTaken, Settings, serve

    try:
        serve(
            Settings(
                arguments.data,
                arguments.server,
                arguments.port,
                arguments.config,
                arguments.heads,
                _port_above(arguments.port, arguments.metrics_port, METRICS_ABOVE),
                _port_above(arguments.port, arguments.enrol_port, ENROLMENT_ABOVE),
                arguments.address,
            )
        )
    except AlreadyServing as running:
        print(f"bank serve: {running}")
        return 0
    except PortTaken as taken:
        print(f"bank serve: {taken}", file=sys.stderr)
        return WRONG
    _end()


def _port_above(port: int, wanted: int | None, by: int) -> int:
    if wanted is not None:
        return wanted
    above = port + by
    return above if port and above <= LAST_PORT else 0


def _look_after(arguments: argparse.Namespace) -> int:
    import psycopg

    try:
        if arguments.bank_command == "keys":
            from bank.rotation.command import run as keys

            return keys(arguments)
        if arguments.bank_command == "terminals":
            from bank.terminals.cli import run as terminals

            return terminals(arguments)
        if arguments.bank_command == "roles":
            from bank.staff.cli import run as roles

            return roles(arguments)
        if arguments.bank_command == "alarms":
            from bank.alarms.cli import run as alarms

            return alarms(arguments)
        if arguments.bank_command == "import-advices":
            from bank.movements.cli import run as import_advices

            return import_advices(arguments)
        if arguments.bank_command == "evidence":
            from bank.evidence.cli import run as evidence

            return evidence(arguments)
        from bank.seal.verify.command import run as verify

        return verify(arguments)
    except psycopg.Error as error:
        print(f"bank {arguments.bank_command}: the database: {error}", file=sys.stderr)
        return WRONG


def _init_demo(arguments: argparse.Namespace) -> int:
    # A server needs neither migrations nor fingers: it starts in half the time without them.
    import sqlalchemy.exc

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
