"""``main.py chains``: machines whose journal the bank does not know, and new chains for them.

Two tellers approve a machine's new chain, each with finger and PIN, after comparing the characters
that ``journal new-chain`` printed there, by telephone.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from kiosk.config import Config
from protocol.enrolment import typed
from protocol.messages.chains import ChainRow, NewChain, code_of
from protocol.messages.staff import ActAnswer
from ui.teller.at_the_shell import Work, add_person, signed_in
from ui.teller.desk import Desk, Shift

_STANDINGS: Final = {
    "known": "known",
    "older": "its journal is an old copy",
    "diverged": "its journal ends with another request than the bank has",
    "foreign": "its journal begins another chain",
}
_REFUSED: Final = {
    "unknown": "There is no such machine.",
    "already_closed": "This chain was opened already.",
    "changed": "The machine tells something else by now: compare the characters anew.",
    "same_person": "You have approved it already. Another person is needed.",
    "differs": "Another person approved something else.",
    "pin_refused": "The PIN is wrong. Nothing was kept.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    add_person(parser)
    commands = parser.add_subparsers(dest="chain_command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="machines that serve nobody, for the bank knows them not so")
    approve = commands.add_parser("approve", help="let a machine's new chain count; two must")
    approve.add_argument("terminal", metavar="TERMINAL", help="its name, such as ATM-0001")
    approve.add_argument(
        "characters",
        metavar="CHARACTERS",
        nargs="+",
        help="the 25 that were printed at the machine, read out by telephone",
    )


def run(arguments: argparse.Namespace) -> int:
    """Sign in, list or approve, sign out; 2 with one line on stderr if it could not be done."""

    def prepare(_config: Config) -> Work:
        if arguments.chain_command == "list":
            return lambda desk, shift, _pin: list_lines(desk.chains(shift).rows)
        code = typed("".join(arguments.characters))
        if code is None:
            raise ValueError("These are no 25 characters of a chain: have them read out again.")
        terminal = str(arguments.terminal)
        return lambda desk, shift, pin: _approve(desk, shift, pin, terminal, code)

    return signed_in(arguments, prepare)


def list_lines(rows: Sequence[ChainRow]) -> list[str]:
    """Three lines a machine."""
    if not rows:
        return ["The bank knows every machine's journal."]
    lines = []
    for row in rows:
        at = datetime.fromtimestamp(row.hello_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines += [
            f"{row.told.terminal}: {_STANDINGS[row.standing]} (said so last {at})",
            f"  it has {row.told.seq} requests in chain {row.told.chain},"
            f" the bank {row.known_seq} in {row.known_chain}",
        ]
        if may_open(row):
            waits = "one person has approved it; " if row.waiting else ""
            lines.append(f"  {waits}new chain with the characters {code_of(row.told)}")
        else:
            lines.append("  at the machine: put its own journal back, or `journal new-chain`")
    return lines


def may_open(row: ChainRow) -> bool:
    """Whether what the machine tells is a new chain that follows the last request known."""
    told = (row.told.seq, row.told.head)
    return row.standing == "foreign" and told == (row.known_seq, row.known_head)


def _approve(desk: Desk, shift: Shift, pin: bytearray, terminal: str, code: str) -> list[str]:
    for row in desk.chains(shift).rows:
        if row.told.terminal == terminal and may_open(row):
            if code_of(row.told) != code:
                raise ValueError("The characters differ. Nothing was approved: compare them again.")
            return [_became(desk.open_chain(shift, row.told, pin), row.told)]
    raise ValueError(f"{terminal} asks for no new chain: see `chains list`.")


def _became(answer: ActAnswer, new: NewChain) -> str:
    if answer.outcome == "done":
        return f"Done: {new.terminal} goes on with its new chain, by itself."
    if answer.outcome == "waiting":
        return "Kept. A second person must approve it too, with finger and PIN."
    raise ValueError(_REFUSED.get(answer.reason or "", "The bank refused this."))
