"""``kiosk enrol`` and ``teller enrol``: make a key, show its characters, wait for the bank."""

import argparse
import signal
import sys
from pathlib import Path
from typing import Final

import platformdirs

from backend_client import Server
from backend_client.enrolling import Enrolment, enrol
from backend_client.errors import BankError
from backend_client.est import Kind
from backend_client.key_pair import settle
from backend_client.private_file import write_private
from kiosk.config import host_and_port

EXIT_WRONG: Final = 2
_SERVERS: Final = ("127.0.0.1:2069", "127.0.0.1:2070")


def describe(command: argparse.ArgumentParser, terminal: str | None) -> None:
    """Describe the options; `terminal` is the name if none is given, None: it must be."""
    command.add_argument(
        "--terminal", default=terminal, required=terminal is None, type=_name, metavar="ID",
        help="the name the bank shall know it by, such as ATM-0002"
        + (" (default: %(default)s)" if terminal else ""),
    )  # fmt: skip
    command.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help="the bank's CA certificate, brought by hand (default: the data folder's, if any)",
    )
    command.add_argument(
        "--server",
        action="append",
        type=_server,
        metavar="HOST:PORT",
        help=f"where the bank enrols; may be repeated (default: {' and '.join(_SERVERS)})",
    )
    command.add_argument(
        "--data",
        type=Path,
        default=platformdirs.user_data_path("fortress-atm"),
        metavar="DIR",
        help="this terminal's data folder (default: %(default)s)",
    )


def run(arguments: argparse.Namespace, kind: Kind) -> int:
    """Enrol; 0 with the certificate on disk, 2 with one sentence if the bank will not."""
    data = arguments.data.expanduser()
    folder = data / "terminals" / arguments.terminal
    try:
        trust_file = _trust(data, arguments.ca)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settle(folder)
        servers = arguments.server or [_server(text) for text in _SERVERS]
        signal.signal(signal.SIGTERM, _stop)
        leaf = enrol(
            Enrolment(arguments.terminal, kind, servers, folder, trust_file),
            lambda characters: _show(arguments.terminal, characters),
            lambda why: print(f"Waiting: {why}", file=sys.stderr, flush=True),
        )
    except KeyboardInterrupt:
        print("Not enrolled yet. The same command goes on with the same key.", file=sys.stderr)
        return 128 + signal.SIGINT
    except (BankError, OSError, ValueError) as error:
        print(f"enrol: {error}", file=sys.stderr)
        return EXIT_WRONG
    print(f"{arguments.terminal} is enrolled until {leaf.not_valid_after_utc:%Y-%m-%d}.")
    return 0


def _show(terminal: str, characters: str) -> None:
    print(f"{terminal} asks the bank for a certificate. Its key's characters are\n")
    print(f"    {characters}\n")
    print(
        "Ring the bank and read them out. Two people there compare them with their screens and"
        " release the terminal; this program waits for that.",
        flush=True,
    )


def _trust(data: Path, given: Path | None) -> Path:
    """Return the file of the CA that is trusted, kept in the data folder for later.

    Raises:
        ValueError: there is none, or the folder trusts another.
    """
    kept = data / "bank" / "trust.pem"
    if given is None:
        if not kept.exists():
            raise ValueError("name the bank's CA certificate with --ca FILE")
        return kept
    pem = given.read_bytes()
    if kept.exists() and kept.read_bytes() != pem:
        raise ValueError(f"{kept} is another CA's: a terminal has one bank")
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(kept, pem)
    return kept


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _name(text: str) -> str:
    if not (0 < len(text) <= 64 and text.isascii() and text.replace("-", "a").isalnum()):
        raise argparse.ArgumentTypeError(f"{text!r} is no terminal's name: letters, digits, dashes")
    return text


def _server(text: str) -> Server:
    try:
        return Server(text, *host_and_port(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
