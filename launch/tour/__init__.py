"""The tour: the demo by script, offscreen, with every screen as a picture and the faults timed.

people.py    whose fingers: synthetic ones, or pictures from a folder
proxy.py     a TCP proxy before each bank server, so that a server can die at an exact point
visits.py    what a customer does, as functions over a stage (``ui.gallery.live``)
faults.py    the same while servers are killed and frozen, and how long the customer waited
report.py    steps and summary.json
command.py   ``main.py tour``
"""

import argparse
from pathlib import Path

BUILD = Path("build") / "tour"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--fingers",
        type=Path,
        metavar="DIR",
        help="pictures named FINGER_IMPRESSION.EXT in place of synthetic fingers",
    )
    parser.add_argument(
        "--out", type=Path, default=BUILD, metavar="DIR", help="where pictures and summary go"
    )


def run(arguments: argparse.Namespace) -> int:
    """Go through the demo; 0 when every step was as it must be."""
    from launch.tour.command import run_tour

    return run_tour(arguments.out, arguments.fingers)
