"""``journal``: read a machine's journal, or begin a new one with two people."""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

from kiosk.config import DEFAULT_FILE
from kiosk.journal.dump import lines
from kiosk.journal.errors import JournalUnusable
from kiosk.journal.segment import segments

WRONG: Final = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    commands = parser.add_subparsers(dest="journal_command", required=True, metavar="COMMAND")
    dump = commands.add_parser("dump", help="print the journal, one JSON line a record")
    export = commands.add_parser(
        "export",
        help="write the signed advices that the bank has not acknowledged, one a line, for"
        " `bank import-advices`; a damaged journal will do",
    )
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    export.add_argument(
        "--folder", type=Path, metavar="DIR", help="another journal, such as a quarantined one"
    )
    anew = commands.add_parser(
        "new-chain",
        help="put a journal that is lost, damaged or an old copy aside and begin a new one, which"
        " two people approve at the bank",
    )
    anew.add_argument(
        "--config", type=Path, default=DEFAULT_FILE, metavar="FILE", help="the machine's own file"
    )
    for command in (dump, export, anew):
        command.add_argument(
            "--data",
            type=Path,
            default=user_data_path("fortress-atm"),
            metavar="DIR",
            help="the machine's data folder (default: %(default)s)",
        )


def run(args: argparse.Namespace) -> int:
    """Do what the command line asks; 2 and a sentence if it can't be done."""
    try:
        if args.journal_command == "new-chain":
            return _new_chain(args)
        if args.journal_command == "export":
            return _export(args.folder or args.data / "kiosk" / "journal", args.out)
        return _dump(args.data / "kiosk" / "journal")
    except JournalUnusable as error:
        print(error, file=sys.stderr)
        return WRONG


def _dump(folder: Path) -> int:
    if not segments(folder):
        print(f"There is no journal in {folder}.", file=sys.stderr)
        return WRONG
    for line in lines(folder):
        print(line)
    return 0


def _export(folder: Path, out: Path) -> int:
    from kiosk.journal.disk import write_whole
    from kiosk.journal.salvage import salvage
    from kiosk.recovery import read_book

    records, broken = salvage(folder)
    book = read_book(records)
    pending = [book.last[uid].jws for uid in book.unacknowledged()]
    if out.exists():
        print(f"{out} is there already: name a new file.", file=sys.stderr)
        return WRONG
    try:
        write_whole(out, "".join(f"{jws}\n" for jws in pending).encode("ascii"))
    except OSError as error:
        print(f"{out} can't be written ({error.strerror}).", file=sys.stderr)
        return WRONG
    print(f"{len(pending)} advices in {out}: bank import-advices FILE, at the bank.")
    if undecided := len(book.undecided()):
        print(f"{undecided} transactions are undecided: only their cash device can tell.")
    if broken:
        print(f"{broken} lines are damaged: what they held is not in the file.")
    return 0


def _new_chain(args: argparse.Namespace) -> int:
    # Reading a journal needs no line to the bank, and starts faster without.
    from backend_client.errors import BankError
    from kiosk.config import ConfigUnusable, load_config
    from kiosk.machine.new_chain import JournalIsSound, begin_new_chain
    from kiosk.opening import open_line
    from kiosk.places import servers_of
    from kiosk.runner import NotReady
    from protocol.ids import new_uid
    from protocol.messages.chains import code_of

    data = args.data.expanduser()
    try:
        config = load_config(args.config)
        with open_line(config, data, servers_of(config.servers, data)) as bank:
            begun = begin_new_chain(
                data / "kiosk" / "journal",
                config.terminal,
                bank,
                chain=new_uid(time.time_ns() // 1_000_000),
                now_s=lambda: int(time.time()),
            )
    except JournalIsSound:
        print("The journal is sound and the bank knows it. Nothing was changed.", file=sys.stderr)
        return WRONG
    except (ConfigUnusable, NotReady, OSError) as error:
        print(f"No new chain: {error}", file=sys.stderr)
        return WRONG
    except BankError as error:
        print(f"No new chain: the bank must answer first ({error}).", file=sys.stderr)
        return WRONG
    print(begun.why)
    if begun.aside is not None:
        print(f"The old files lie in {begun.aside}: keep them, a case may need them.")
    if begun.new is None:
        print("The bank knows no request of this machine. Start the kiosk.")
        return 0
    print(
        f"A new chain follows request {begun.new.seq}. Two tellers must approve it at the bank:\n"
        f"  main.py chains approve {config.terminal} CHARACTERS\n"
        f"Read these out to them:  {code_of(begun.new)}\n"
        "Start the kiosk: it goes into service when both have."
    )
    return 0
