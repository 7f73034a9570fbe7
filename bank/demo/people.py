"""Who the demo's customers are: section [[demo.customers]] of the configuration."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bank.config import DEFAULT_FILE, BadConfig
from bank.demo.fingers import FINGERS
from protocol.messages.pin import Role
from protocol.messages.signup import Details

MOST_PEOPLE: Final = len(FINGERS)
_MEMBERS: Final = {
    "user_name": str,
    "first_name": str,
    "last_name": str,
    "phone": str,
    "pin": str,
    "money_minor": int,
    "roles": list,
}


@dataclass(frozen=True)
class Person:
    """A customer of the demo. The PIN is no secret: the demo's panel shows it."""

    details: Details
    pin: str
    money_minor: int
    roles: tuple[Role, ...]


def load_people(file: Path = DEFAULT_FILE) -> tuple[Person, ...]:
    """Read the demo's customers.

    Raises:
        BadConfig: a member is missing, misspelt or wrong.
    """
    try:
        rows = tomllib.loads(file.read_text("utf-8")).get("demo", {}).get("customers", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{file}: {error}") from error
    if len(rows) > MOST_PEOPLE:
        raise BadConfig(f"{file}: the demo has fingers for {MOST_PEOPLE} customers")
    return tuple(_person(file, row) for row in rows)


def _person(file: Path, row: dict[str, Any]) -> Person:
    if {name: type(value) for name, value in row.items()} != _MEMBERS:
        raise BadConfig(f"{file}: [[demo.customers]] needs {', '.join(_MEMBERS)}, and no others")
    try:
        details = Details(
            user_name=row["user_name"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            phone=row["phone"],
            sms=False,
        )
    except ValueError as error:
        raise BadConfig(f"{file}: {row['user_name']}: {error}") from error
    return Person(details, row["pin"], row["money_minor"], tuple(row["roles"]))
