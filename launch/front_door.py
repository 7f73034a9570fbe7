"""From the command line to the module that does the work, by way of the environment.

Standard library only: this runs under the machine's own Python first, makes ``.venv`` if need
be, and then once more inside it.
"""

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Sequence

from launch import core_dumps, setup_command
from launch.doors import DOORS, ROOT, Door
from launch.environment import preflight
from launch.environment.venv import DEV, RUN, Environment
from launch.errors import LaunchError
from launch.parent import end_with_parent

CHILD_VARIABLE = "FORTRESS_CHILD"  # set by a launcher: the child ends when its parent does
INTERRUPTED = 130  # what a shell reports for a program ended by Ctrl-C
OUTPUT_CLOSED = 141  # and for one whose output nobody reads any more


def main(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` and return the exit status; never a traceback for a user's
    mistake.
    """
    # Threads of OpenBLAS wait for each other in busy loops, which beside other programs makes small
    # products 100 times slower; ours are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        status = _main(list(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a reader who has gone is still no traceback
    except LaunchError as problem:
        print(problem, file=sys.stderr)
        return problem.status
    except BrokenPipeError:
        # Whoever read our output has seen enough. What Python still holds of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_CLOSED
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    return status


def _main(arguments: list[str]) -> int:
    environment = Environment(ROOT)
    name = arguments[0] if arguments else ""
    door = DOORS.get(name)
    if door is None:
        _parser(None).parse_args(arguments or ["--help"])
        return 0
    if environment.is_active():
        return _enter(door, arguments)
    wanted = _wanted(door, arguments)
    if not environment.is_ready(wanted):
        if {"-h", "--help"} & set(arguments):
            print(f"{door.name}: {door.help}.")
            print("`python3 main.py setup` has to run once before its options can be shown.")
            return 0
        preflight.before_download(ROOT, screen=True)
        environment.make(wanted)
    if door.screen and "--headless" not in arguments:
        preflight.screen_libraries()
    return _again_inside(environment, arguments)


def _wanted(door: Door, arguments: list[str]) -> frozenset[str]:
    """The sets of packages that this command line needs."""
    if door.name == "setup":  # the one door whose options are read before anything is installed
        return setup_command.wanted(_parser(door).parse_args(arguments))
    wanted = {DEV if door.develops else RUN}
    if door.extra and (not door.extra_with or door.extra_with in arguments):
        wanted.add(door.extra)
    return frozenset(wanted)


def _enter(door: Door, arguments: list[str]) -> int:
    if os.environ.pop(CHILD_VARIABLE, None):
        end_with_parent()
    # Keys, journals and logs are written from here on: none is for other users' eyes.
    os.umask(0o077)
    if door.private:
        core_dumps.forbid()
    chosen = _parser(door).parse_args(arguments)
    module = importlib.import_module(door.module)
    status: int = module.run(chosen)
    if door.screen:
        # All is closed. What is left of Qt and of threads has no safe order to be taken down in.
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)
    return status


def _parser(entered: Door | None) -> argparse.ArgumentParser:
    # Only the module behind the door in question is loaded: the others may be heavy.
    parser = argparse.ArgumentParser(
        prog="main.py", description="Fortress ATM: cash for a finger and a PIN, without a card."
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for door in DOORS.values():
        command = commands.add_parser(door.name, help=door.help, description=door.help)
        if door is entered:
            importlib.import_module(door.module).add_arguments(command)
    return parser


def _again_inside(environment: Environment, arguments: list[str]) -> int:
    command = [str(environment.python), str(ROOT / "main.py"), *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - the same program, no shell
    return subprocess.run(command, check=False).returncode
