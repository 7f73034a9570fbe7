"""``kiosk --headless --script FILE``: a kiosk without its screen, played by a script."""

import argparse
import json
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from kiosk.config import DEFAULT_FILE, ConfigUnusable, load_config
from kiosk.enrolment.cli import describe as describe_enrolment
from kiosk.enrolment.cli import run as enrol
from kiosk.runner import EXIT_RESTART, KioskRunner, KioskSettings

if TYPE_CHECKING:
    from kiosk.headless import Line

EXIT_NOT_REACHED, EXIT_BAD_USE = 1, 2
SCRIPT_MAX_CHARS = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("--data", type=Path, default=user_data_path("fortress-atm"), metavar="DIR")
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, metavar="FILE")
    parser.add_argument(
        "--watch", type=Path, metavar="DIR", help="pictures that appear here are fingers"
    )
    parser.add_argument(
        "--headless", action="store_true", help="no window: play a script, one JSON line a screen"
    )
    parser.add_argument("--script", metavar="FILE", help="what to play; - reads standard input")
    commands = parser.add_subparsers(dest="kiosk_command", metavar="COMMAND")
    describe_enrolment(
        commands.add_parser("enrol", help="get this terminal's certificate from the bank"), None
    )
    parser.add_argument(
        "--wait-s", type=float, default=40.0, help="longest wait for a screen of the script"
    )


def log_to_stderr() -> None:
    """Log warnings, and each exchange with the bank under the id that the bank logs it by."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("backend_client").setLevel(logging.INFO)


def settings(args: argparse.Namespace) -> KioskSettings:
    """Return what a runner is started with.

    Raises:
        ConfigUnusable: the configuration file cannot be used.
    """
    return KioskSettings(data=args.data, config=load_config(args.config), watch=args.watch)


def run(args: argparse.Namespace) -> int:
    """Play the script; 1 if the kiosk did not get where the script wanted it, 2 for bad use."""
    if args.kiosk_command == "enrol":
        return enrol(args, "atm")
    if not args.headless or args.script is None:
        print("kiosk: --headless needs --script FILE", file=sys.stderr)
        return EXIT_BAD_USE
    from kiosk.headless import BadScript, parse_script

    log_to_stderr()
    try:
        lines = parse_script(_read(args.script))
        runner = KioskRunner(settings(args))
    except (BadScript, ConfigUnusable, OSError, UnicodeDecodeError) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EXIT_BAD_USE
    return _play(runner, lines, args)


def _read(script: str) -> str:
    """Read the script; raises ``OSError`` or ``BadScript``."""
    from kiosk.headless import BadScript

    if script == "-":
        text = sys.stdin.read(SCRIPT_MAX_CHARS + 1)
    else:
        with Path(script).open(encoding="utf-8") as file:
            text = file.read(SCRIPT_MAX_CHARS + 1)
    if len(text) > SCRIPT_MAX_CHARS:
        # Part of a script is another script.
        raise BadScript(f"a script has at most {SCRIPT_MAX_CHARS} characters")
    return text


def _play(runner: KioskRunner, lines: "tuple[Line, ...]", args: argparse.Namespace) -> int:
    from kiosk.headless import NotReached, Player, Restarting
    from kiosk.headless.hand import simulated_hand

    hand = simulated_hand(args.data)
    player = Player(runner, lambda line: print(line, flush=True), hand, args.wait_s)
    ended = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        # Once only: a second signal must not interrupt the closing of the journal.
        if not ended.is_set():
            ended.set()
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    runner.start()
    try:
        player.play(lines)
    except NotReached as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return EXIT_NOT_REACHED
    except Restarting:
        return EXIT_RESTART
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        runner.stop()
        if hand is not None:
            hand.close()
    return 0
