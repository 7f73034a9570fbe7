"""``device-sim``: the simulated cash device as a process of its own."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from platformdirs import user_data_path

from kiosk.devices.simulator.server import Pace
from kiosk.devices.simulator.server import run as serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.description = "Play the cash dispenser and acceptor of one machine."
    parser.add_argument("--data", type=Path, default=user_data_path("fortress-atm"), metavar="DIR")
    parser.add_argument("--port", type=int, default=0, help="loopback port, 0 for a free one")
    pace = Pace()
    parser.add_argument(
        "--motion-s", type=float, default=pace.motion_s, help="seconds notes are on their way"
    )
    parser.add_argument(
        "--take-after-s",
        type=float,
        default=pace.take_after_s,
        help="seconds before an automatic customer takes the notes",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; print ``ready PORT`` once."""
    # SIGTERM ends the process at once: every state is durable, and nothing is buffered.
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    folder: Path = args.data / "kiosk" / "device"
    pace = Pace(args.motion_s, args.take_after_s)
    try:
        asyncio.run(serve(folder, args.port, pace, lambda port: print(f"ready {port}", flush=True)))
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError, ValueError, KeyError, TypeError) as error:
        print(f"device-sim: {folder} can't be used: {error}", file=sys.stderr)
        return 2
    return 0
