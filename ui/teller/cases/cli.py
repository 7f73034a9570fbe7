"""``main.py cases``: list, show and close suspended cases, signed in by finger and PIN."""

import argparse
import time
from typing import Final

from pydantic import ValidationError

from kiosk.config import Config
from protocol.errors import BadAmount
from protocol.messages.cases import CaseAnswer, CaseFinding
from protocol.money import parse_amount
from ui.teller.at_the_shell import Work, add_person, signed_in
from ui.teller.cases.machine import device_side, journal_side
from ui.teller.cases.report import closed_line, list_lines, show_lines
from ui.teller.desk import Desk, Shift

_MALFORMED: Final = {
    "number": "A case's number is written C-00000001.",
    "amount_minor": "--amount is too large.",
    "account": "--account is an account's number.",
    "reason": "--reason has 3 to 200 characters.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    add_person(parser)
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

    def prepare(config: Config) -> Work:
        finding = _finding(arguments, config.brand.currency)
        return lambda desk, shift, pin: _do(desk, shift, arguments, finding, pin)

    return signed_in(arguments, prepare)


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
    try:
        amount_minor = parse_amount(arguments.amount, currency).minor if arguments.amount else 0
        return CaseFinding(
            number=arguments.case,
            verdict=arguments.verdict,
            amount_minor=amount_minor,
            account=arguments.account,
            reason=arguments.reason,
        )
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        raise ValueError(_MALFORMED.get(where, "The finding is not accepted.")) from error
    except BadAmount as error:
        raise ValueError(str(error)) from error
