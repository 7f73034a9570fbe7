"""``main.py kiosk``: one ATM, full screen, or played by a script without a window."""

import argparse
import sys

from kiosk import cli
from kiosk.config import ConfigUnusable
from kiosk.runner import KioskRunner
from launch import display

EXIT_BAD_USE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``kiosk``."""
    cli.add_arguments(parser)
    parser.add_argument("--window", action="store_true", help="a window in place of full screen")


def run(arguments: argparse.Namespace) -> int:
    """Serve until the window closes; 2 with one sentence where that cannot be."""
    if arguments.headless or arguments.script is not None or arguments.kiosk_command:
        return cli.run(arguments)
    try:
        settings = cli.settings(arguments)
    except ConfigUnusable as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EXIT_BAD_USE
    if not display.named() or not display.Probe().usable():
        print(
            "kiosk: there is no display here; --headless --script FILE needs none.", file=sys.stderr
        )
        return EXIT_BAD_USE
    cli.log_to_stderr()
    # Qt is loaded only now that there is a display for it.
    from ui.app import run_kiosk

    return run_kiosk(
        lambda: KioskRunner(settings),
        brand=settings.config.brand.name,
        full_screen=not arguments.window,
        panel=None,
        pictures=settings.config.pictures,
    )
