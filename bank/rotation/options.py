"""The options of `bank keys`, in a module that loads nothing: `bank serve` is in a hurry."""

import argparse
from pathlib import Path


def describe_keys(parser: argparse.ArgumentParser, data: Path) -> None:
    """Describe the commands of `bank keys` to `parser`; `data` is the usual data folder."""
    commands = parser.add_subparsers(dest="keys_command", required=True, metavar="COMMAND")
    commands.add_parser("show", help="which keys there are, by number, and which server has them")
    commands.add_parser("public", help="print the public key that signs the ledger's heads")
    export = commands.add_parser("export", help="seal the key set to another server's certificate")
    export.add_argument("--to", type=Path, required=True, metavar="CERT", help="its PEM file")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    take = commands.add_parser("import", help="open a key set that was sealed to this server")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument(
        "--key", type=Path, required=True, metavar="PEM", help="this server's private key"
    )
    commands.add_parser("rotate", help="add new keys; nothing is made with them yet")
    commands.add_parser("activate", help="make what is new with the new keys")
    commands.add_parser("retire", help="drop the old keys, wrapping what they sealed anew")
    for command in commands.choices.values():
        command.add_argument(
            "--data",
            type=Path,
            default=data,
            help="the server's data folder (default: %(default)s)",
        )
