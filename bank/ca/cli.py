"""``bank certificate``: what one more server needs beside the keys."""

import argparse
import ipaddress
import re
import sys
from datetime import UTC, datetime

from bank.ca import CaError, ensure_authority
from bank.config import load_config

WRONG = 2
SERVER_NAME = re.compile(r"[A-Z][A-Za-z0-9-]{0,15}")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")


def server_name(text: str) -> str:
    """Check a server's name, for argparse. Errors: argparse.ArgumentTypeError."""
    if not SERVER_NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no server's name: a capital letter, then up to 15 letters, digits, dashes"
        )
    return text


def host(text: str) -> str:
    """Check a host's name or address, for argparse. Errors: argparse.ArgumentTypeError."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if HOST_NAME.fullmatch(text) and not text.replace(".", "").isdecimal():
            return text.lower()
    raise argparse.ArgumentTypeError(f"{text!r} is no host's name or address")


def run(arguments: argparse.Namespace) -> int:
    """Issue the certificate of `arguments.server`, where it is missing or needs to be renewed.

    Only where the authority is: a second one would issue what nobody trusts.
    """
    if not (arguments.data / "bank" / "ca" / "servers.pem").exists():
        print(f"bank certificate: there is no authority in {arguments.data}", file=sys.stderr)
        return WRONG
    try:
        realm = load_config(arguments.config).realm
        authority = ensure_authority(arguments.data, realm, datetime.now(UTC))
        identity = authority.server(arguments.server, datetime.now(UTC), arguments.host)
    except CaError as error:
        print(f"bank certificate: {error}", file=sys.stderr)
        return WRONG
    print(f"{identity.certificate_file}\n{identity.key_file}")
    return 0
