"""``main.py teller``: the branch's desktop over a bank that is running."""

import argparse
import logging
import sys
import threading
import time
from pathlib import Path

import platformdirs

from backend_client import Bank, BankSettings, Policy, Server
from backend_client.errors import BankError, IdentityUnusable
from kiosk.config import DEFAULT_FILE, Config, ConfigUnusable, load_config
from kiosk.enrolment.cli import describe as describe_enrolment
from kiosk.enrolment.cli import run as enrol
from kiosk.places import servers_of
from kiosk.runner import NotReady
from ui.teller.desk import Desk
from ui.teller.fingers import open_fingers

TERMINAL = "TELLER-0001"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_folder(parser)
    commands = parser.add_subparsers(dest="teller_command", metavar="COMMAND")
    describe_enrolment(
        commands.add_parser("enrol", help="get this desk's certificate from the bank"), TERMINAL
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add where the bank is found."""
    parser.add_argument(
        "--data",
        type=Path,
        default=platformdirs.user_data_path("fortress-atm"),
        metavar="DIR",
        help="the data folder of the running demo or of this desk",
    )
    parser.add_argument(
        "--desk", default=TERMINAL, metavar="ID", help="this desk's name (default: %(default)s)"
    )
    parser.add_argument(
        "--config", type=Path, default=DEFAULT_FILE, metavar="FILE", help="the bank's own file"
    )


def open_bank(data: Path, config: Config, desk: str = TERMINAL) -> Bank:
    """Open the desk's line to the bank.

    Raises:
        NoBank: nothing says where it is.
        IdentityUnusable: this desk has no usable certificate.
    """
    data = data.expanduser()
    return Bank(
        BankSettings(
            servers=_servers(config, data),
            identity_folder=data / "terminals" / desk,
            trust_file=data / "bank" / "trust.pem",
            bank_time_file=data / "terminals" / desk / "bank_time",
            realm=config.realm,
            policy=Policy(config.policy),
        )
    )


def run(arguments: argparse.Namespace) -> int:
    """Open the window; 2 with one line on stderr where there is no bank to open it over."""
    if arguments.teller_command == "enrol":
        return enrol(arguments, "teller")
    try:
        config = load_config(arguments.config)
        bank = open_bank(arguments.data, config, arguments.desk)
    except (ConfigUnusable, IdentityUnusable) as error:
        print(f"The teller's desk cannot start: {error}.", file=sys.stderr)
        return 2
    except NoBank as error:
        print(error, file=sys.stderr)
        return 2
    # Qt is loaded last: a sentence about the folder needs no window.
    from ui.teller.app import run_teller

    threading.Thread(target=_renew, args=(bank,), name="desk-renewal", daemon=True).start()
    with bank:
        desk = Desk(bank, config.brand.currency, lambda: time.time_ns() // 1_000_000)
        return run_teller(desk, open_fingers(config), brand=config.brand.name)


def _renew(bank: Bank) -> None:
    """Get this desk's next certificate, if it is due; the next start takes it up."""
    # A desk hears no hello, so this machine's own clock says when: to ask too early costs nothing.
    if bank.renewal_due(time.time()):
        try:
            bank.renew()
        except (BankError, OSError) as error:
            logging.getLogger(__name__).warning("the certificate was not renewed: %s", error)


class NoBank(Exception):
    """Neither configuration nor data folder says where the bank's servers are."""


def _servers(config: Config, data: Path) -> tuple[Server, ...]:
    try:
        return servers_of(config.servers, data)
    except NotReady as error:
        raise NoBank(
            f"No bank is known in {data}. Start the demo first, name its folder with --data DIR, or"
            " say in the configuration where the servers are."
        ) from error
