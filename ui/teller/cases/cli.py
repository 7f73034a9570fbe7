"""``main.py cases``: list, show and close suspended cases, signed in by finger and PIN."""

import argparse
import getpass
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from backend_client.errors import BankError
from biometrics import BiometricsError
from biometrics.scanners import ScannerError
from kiosk.config import ConfigUnusable, load_config
from kiosk.pinpad import wipe
from protocol.errors import BadAmount
from protocol.messages.cases import CaseAnswer, CaseFinding
from protocol.money import parse_amount
from ui.teller.cases.machine import device_side, journal_side
from ui.teller.cases.report import closed_line, list_lines, show_lines
from ui.teller.cli import NoBank, add_folder, open_bank
from ui.teller.desk import Desk, NotStaff, Shift
from ui.teller.fingers import Fingers, Print, open_fingers

_MALFORMED: Final = {
    "number": "A case's number is written C-00000001.",
    "amount_minor": "--amount is too large.",
    "account": "--account is an account's number.",
    "reason": "--reason has 3 to 200 characters.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    add_folder(parser)
    parser.add_argument(
        "--finger",
        type=Path,
        metavar="FILE",
        help="a picture of your finger (default: the reader that the configuration names)",
    )
    parser.add_argument("--number", default="", help="your account number, user name or telephone")
    commands = parser.add_subparsers(dest="case_command", required=True, metavar="COMMAND")
    every = commands.add_parser("list", help="open cases, the oldest first, with their deadlines")
    every.add_argument("--closed", action="store_true", help="the closed ones too")
    every.add_argument("--overdue", action="store_true", help="only those past their deadline")
    every.add_argument("--terminal", help="only those of one machine")
    show = commands.add_parser("show", help="what journal, device and ledger say of a case")
    show.add_argument("case", metavar="CASE", help="its number, such as C-00000001")
    close = commands.add_parser("close", help="say what was found; a second person must agree")
    close.add_argument("case", metavar="CASE", help="its number, such as C-00000001")
    close.add_argument(
        "verdict",
        choices=("charge", "credit", "nothing"),
        help="charge: the customer did get the sum; credit: is owed it; nothing: neither",
    )
    close.add_argument("--amount", default="", help="the sum, such as 60.00; none for nothing")
    close.add_argument("--account", help="the customer's account, where no hold names it")
    close.add_argument("--reason", required=True, help="what shows it, 3 to 200 characters")


def run(arguments: argparse.Namespace) -> int:
    """Sign in, do it, sign out; 2 with one line on stderr if it could not be done."""
    try:
        config = load_config(arguments.config)
        finding = _finding(arguments, config.brand.currency)
        with open_bank(arguments.data, config) as bank, closing(open_fingers(config)) as fingers:
            desk = Desk(bank, config.brand.currency, lambda: time.time_ns() // 1_000_000)
            finger = _finger(fingers, arguments.finger)
            pin = _pin()
            try:
                lines = _signed_in(desk, finger, arguments, finding, pin)
            finally:
                wipe(pin)
    except NotStaff:
        return _no("That person does not work here.")
    except ValidationError as error:
        return _no(_MALFORMED.get(str(error.errors()[0]["loc"][0]), "The finding is not accepted."))
    except (ConfigUnusable, NoBank, BankError, BiometricsError, ScannerError) as error:
        return _no(str(error))
    except (ValueError, BadAmount) as error:
        return _no(str(error))
    print("\n".join(lines))
    return 0


def _finger(fingers: Fingers, picture: Path | None) -> Print:
    if picture is not None:
        return fingers.picture(picture)
    if fingers.readers is None:
        raise ValueError("Name a picture of your finger with --finger: no reader is configured.")
    print("Place your finger on the reader.", file=sys.stderr)
    return fingers.scan(threading.Event(), lambda _event: None)


def _signed_in(
    desk: Desk,
    finger: Print,
    arguments: argparse.Namespace,
    finding: CaseFinding | None,
    pin: bytearray,
) -> list[str]:
    again = bytearray(pin)
    try:
        shift = desk.sign_in(finger, arguments.number, again)
    finally:
        wipe(again)
    try:
        return _do(desk, shift, arguments, finding, pin)
    finally:
        desk.sign_out(shift)


def _do(
    desk: Desk,
    shift: Shift,
    arguments: argparse.Namespace,
    finding: CaseFinding | None,
    pin: bytearray,
) -> list[str]:
    now_s = int(time.time())
    if finding is not None:
        answer = desk.close_case(shift, finding, pin)
        return [closed_line(answer, finding)]
    if arguments.case_command == "show":
        found: CaseAnswer = desk.case(shift, arguments.case)
        uids = {uid for uid in (found.case.uid, found.case.original) if uid}
        return show_lines(
            found, journal_side(arguments.data, uids), device_side(arguments.data, uids), now_s
        )
    answer_rows = desk.cases(shift, terminal=arguments.terminal, closed=arguments.closed)
    rows = [
        row
        for row in answer_rows.rows
        if not arguments.overdue or (row.closed_at is None and row.due_at < now_s)
    ]
    return list_lines(rows, more=answer_rows.more, now_s=now_s)


def _finding(arguments: argparse.Namespace, currency: str) -> CaseFinding | None:
    if arguments.case_command != "close":
        return None
    if (arguments.verdict == "nothing") != (arguments.amount == ""):
        raise ValueError("--amount says the sum of charge and credit; nothing has none")
    amount_minor = parse_amount(arguments.amount, currency).minor if arguments.amount else 0
    return CaseFinding(
        number=arguments.case,
        verdict=arguments.verdict,
        amount_minor=amount_minor,
        account=arguments.account,
        reason=arguments.reason,
    )


def _pin(
    ask: Callable[[str], str] = getpass.getpass,
) -> bytearray:
    """Ask for the PIN without showing it; a script writes it as the first line of its input."""
    typed = ask("PIN: ") if sys.stdin.isatty() else sys.stdin.readline()
    return bytearray(typed.strip().encode())


def _no(why: str) -> int:
    print(why, file=sys.stderr)
    return 2
