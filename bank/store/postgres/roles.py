"""The bank's two roles, their passwords, and the addresses made of them."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from bank.private_file import write_private

SUPERUSER = "postgres"
OWNER = "bank_owner"
APPLICATION = "bank_app"


@dataclass(frozen=True)
class Passwords:
    """One password a role; random, made once a cluster."""

    superuser: str
    owner: str
    application: str


@dataclass(frozen=True)
class DatabaseUrls:
    """How to reach one database: as the owner (migrations) and as the application (all else)."""

    owner: str
    application: str


def load_or_make_passwords(file: Path) -> Passwords:
    """Read the cluster's passwords, or make them in a file that only this user can read.

    Errors: OSError, ValueError or TypeError where the file is there but is not ours.
    """
    if file.exists():
        return Passwords(**json.loads(file.read_text("utf-8")))
    made = Passwords(*(secrets.token_urlsafe(32) for _ in range(3)))
    write_private(file, json.dumps(asdict(made)).encode())
    return made


def url(ports: int | Sequence[int], role: str, password: str, database: str) -> str:
    """A connection URL for libpq: loopback, and only a server that proves it knows the password.

    Of several `ports` it finds the one whose server may be written, waiting 2 s at most for each.
    `require_auth` keeps a stranger who took the port from posing as the bank's database.
    """
    several = () if isinstance(ports, int) else tuple(ports)
    hosts = ",".join(f"127.0.0.1:{port}" for port in several or (ports,))
    choice = (
        "&connect_timeout=2&target_session_attrs=read-write" if several else "&connect_timeout=3"
    )
    return (
        f"postgresql://{role}:{quote(password, safe='')}@{hosts}/{database}"
        f"?require_auth=scram-sha-256&sslmode=disable&gssencmode=disable{choice}"
    )
