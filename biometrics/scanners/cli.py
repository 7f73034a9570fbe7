"""``readers``: what is connected, what each can do, and the right to use it."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from biometrics.scanners.drivers import DRIVER_NAMES, driver
from biometrics.scanners.errors import ScannerError
from biometrics.scanners.libfprint import rights
from biometrics.scanners.libfprint.known import known_readers
from biometrics.scanners.scanner import Reader, ReaderSettings

EXIT_FOUND, EXIT_NONE, EXIT_BAD_USE = 0, 1, 2
# Pictures from files are always there, so they are no answer to "is a reader connected?".
_NO_HARDWARE: Final = "file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.description = (
        "List the fingerprint readers that are connected. Exit status 0 if one of them gives "
        "pictures, 1 if none does, 2 if the command cannot be done."
    )
    parser.add_argument("--driver", choices=DRIVER_NAMES, help="ask this driver only")
    parser.add_argument(
        "--device",
        default="",
        metavar="WHICH",
        help="with --driver: a port, a folder, a service's address or a part of a name",
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    add_virtual(parser)
    parser.add_argument(
        "--install-rules",
        action="store_true",
        help="let a group use USB readers: write a udev rule (as root)",
    )
    parser.add_argument("--print", action="store_true", help="show that rule and write nothing")
    parser.add_argument("--group", default="plugdev", help="whose right it is (%(default)s)")
    parser.add_argument("--rules-folder", type=Path, default=rights.RULES_FOLDER, metavar="DIR")


def add_virtual(parser: argparse.ArgumentParser) -> None:
    """Add the option for tests without hardware."""
    parser.add_argument(
        "--virtual", action="store_true", help="for tests: take libfprint's virtual readers too"
    )


def run(args: argparse.Namespace) -> int:
    """List, or install the rule; an exit status."""
    if args.install_rules or args.print:
        return _rules(args)
    if args.device and not args.driver:
        print("readers: --device needs --driver", file=sys.stderr)
        return EXIT_BAD_USE
    names = (args.driver,) if args.driver else DRIVER_NAMES
    told = [_look(ReaderSettings(name, args.device, args.virtual)) for name in names]
    if args.json:
        print(json.dumps({"drivers": told}, indent=2))
    else:
        for one in told:
            _print(one)
    usable = any(
        reader["captures"] and one["driver"] != _NO_HARDWARE
        for one in told
        for reader in one["readers"]
    )
    return EXIT_FOUND if usable or args.driver == _NO_HARDWARE else EXIT_NONE


def _look(settings: ReaderSettings) -> dict[str, Any]:
    asked = driver(settings.driver)
    found: tuple[Reader, ...] = ()
    problem = None
    try:
        found = asked.probe(settings)
    except ScannerError as error:
        problem = str(error)
    readers = [
        {
            "device": reader.device,
            "name": reader.name,
            "dpi": reader.dpi,
            "captures": reader.captures,
            "note": reader.note,
        }
        for reader in found
    ]
    return {"driver": asked.name, "about": asked.about, "readers": readers, "problem": problem}


def _print(one: dict[str, Any]) -> None:
    print(f"{one['driver']}: {one['about']}")
    if one["problem"]:
        print(f"  cannot be used: {one['problem']}")
    elif not one["readers"]:
        print("  none connected")
    for reader in one["readers"]:
        dpi = f"{reader['dpi']} dpi" if reader["dpi"] else ""
        gives = "gives pictures" if reader["captures"] else "gives no pictures"
        parts = (reader["name"], reader["device"], dpi, gives, reader["note"])
        print("  " + ", ".join(part for part in parts if part))


def _rules(args: argparse.Namespace) -> int:
    try:
        text = rights.rules(known_readers(), args.group)
        if args.print:
            print(text, end="")
            return EXIT_FOUND
        reloaded = rights.install(text, args.rules_folder)
    except ValueError as error:
        print(f"readers: {error}", file=sys.stderr)
        return EXIT_BAD_USE
    except PermissionError:
        print(
            f"readers: only root may write to {args.rules_folder}. Run this command with sudo, "
            "or look at the rule with --print.",
            file=sys.stderr,
        )
        return EXIT_BAD_USE
    except OSError as error:
        print(f"readers: {args.rules_folder}: {error.strerror}", file=sys.stderr)
        return EXIT_BAD_USE
    print(f"Written: {args.rules_folder / rights.RULES_FILE}")
    if reloaded:
        print(f"Readers can be used by the group {args.group} now.")
    else:
        print("udev did not take it over: unplug the reader and plug it in, or restart.")
    print(f"A kiosk's user joins with: usermod -aG {args.group} USER")
    return EXIT_FOUND
