"""The bank's rules, read from the sections [brand] and [bank] of a TOML file.

Sums are minor units of the bank's one currency, times are seconds.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "config" / "meridian.toml"


class BadConfig(Exception):
    """The file is missing, is no TOML, or lacks or misspells a rule; the message names it."""


@dataclass(frozen=True)
class BankConfig:
    """Rules of money, sessions and terminals."""

    currency: str
    time_zone: str
    """IANA name; the business date turns at its midnight."""
    realm: str
    withdraw_min_minor: int
    withdraw_each_minor: int
    withdraw_day_minor: int
    withdraw_day_without_finger_minor: int
    """Also bounds transfers of a session that was opened without a finger."""
    transfer_day_minor: int
    deposit_each_minor: int
    deposit_day_minor: int
    """What one terminal may vouch for in a day."""
    deposit_total_minor: int
    """What one terminal may vouch for between two emptyings."""
    terminal_loaded_minor: int
    """Notes a new terminal is loaded with: the most it may pay out until it is filled again."""
    step_up_minor: int
    session_idle_s: int
    session_absolute_s: int
    number_login: bool
    signup: bool
    reset_without_finger: bool
    """Whether staff may say by which document they know a customer whose PIN they reset."""


def load_config(file: Path = DEFAULT_FILE) -> BankConfig:
    """Read and check the rules.

    Raises:
        BadConfig: the file cannot be used; nothing is guessed.
    """
    try:
        sections = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{file}: {error}") from error
    brand, bank = sections.get("brand"), sections.get("bank")
    if not isinstance(brand, dict) or not isinstance(bank, dict):
        raise BadConfig(f"{file}: the sections [brand] and [bank] are needed")
    shared = {name: brand.get(name) for name in ("currency", "time_zone")}
    return _checked(file, shared | bank)


def _checked(file: Path, values: dict[str, Any]) -> BankConfig:
    wanted = {field.name: field.type for field in fields(BankConfig)}
    for name, kind in wanted.items():
        if type(values.get(name)) is not kind:
            raise BadConfig(f"{file}: {name} is missing or not of the right kind")
        if kind is int and values[name] < 0:
            raise BadConfig(f"{file}: {name} is negative")
    strange = sorted(values.keys() - wanted.keys())
    if strange:
        raise BadConfig(f"{file}: [bank] has no {', '.join(strange)}")
    try:
        ZoneInfo(values["time_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadConfig(f"{file}: time_zone {values['time_zone']!r} is not known") from error
    return BankConfig(**values)
