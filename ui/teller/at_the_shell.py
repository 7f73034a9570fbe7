"""Signing in at a shell by finger and PIN, for doors that staff have without a window."""

import argparse
import getpass
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from backend_client.errors import BankError
from biometrics import BiometricsError
from biometrics.scanners import ScannerError
from kiosk.config import Config, ConfigUnusable, load_config
from kiosk.pinpad import wipe
from ui.teller.cli import NoBank, add_folder, open_bank
from ui.teller.desk import Desk, NotStaff, Shift
from ui.teller.fingers import Fingers, Print, open_fingers

Work = Callable[[Desk, Shift, bytearray], list[str]]
"""What is done once somebody is signed in: the lines to print. An act proves the PIN anew."""


def add_person(parser: argparse.ArgumentParser) -> None:
    """Describe the options by which the bank and a member of staff are found."""
    add_folder(parser)
    parser.add_argument(
        "--finger",
        type=Path,
        metavar="FILE",
        help="a picture of your finger (default: the reader that the configuration names)",
    )
    parser.add_argument("--number", default="", help="your account number, user name or telephone")


def signed_in(arguments: argparse.Namespace, prepare: Callable[[Config], Work]) -> int:
    """Sign in, do it, sign out; 2 with one line on stderr if it could not be done.

    ``prepare`` reads the command line before anybody is asked for anything. It and what it returns
    may raise ValueError with words for the person.
    """
    try:
        config = load_config(arguments.config)
        work = prepare(config)
        with (
            open_bank(arguments.data, config, arguments.desk) as bank,
            closing(open_fingers(config)) as fingers,
        ):
            desk = Desk(bank, config.brand.currency, lambda: time.time_ns() // 1_000_000)
            finger = _finger(fingers, arguments.finger)
            pin = _pin()
            try:
                lines = _through(desk, finger, arguments.number, pin, work)
            finally:
                wipe(pin)
    except NotStaff:
        return _no("That person does not work here.")
    except (ConfigUnusable, NoBank, BankError, BiometricsError, ScannerError, ValueError) as error:
        return _no(str(error))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _finger(fingers: Fingers, picture: Path | None) -> Print:
    if picture is not None:
        return fingers.picture(picture)
    if fingers.readers is None:
        raise ValueError("Name a picture of your finger with --finger: no reader is configured.")
    sys.stderr.write("Place your finger on the reader.\n")
    return fingers.scan(threading.Event(), lambda _event: None)


def _through(desk: Desk, finger: Print, number: str, pin: bytearray, work: Work) -> list[str]:
    again = bytearray(pin)
    try:
        shift = desk.sign_in(finger, number, again)
    finally:
        wipe(again)
    try:
        return work(desk, shift, pin)
    finally:
        desk.sign_out(shift)


def _pin(
    ask: Callable[[str], str] = getpass.getpass,
) -> bytearray:
    """Ask for the PIN without showing it; a script writes it as the first line of its input."""
    typed = ask("PIN: ") if sys.stdin.isatty() else sys.stdin.readline()
    return bytearray(typed.strip().encode())


def _no(why: str) -> int:
    sys.stderr.write(why + "\n")
    return 2
