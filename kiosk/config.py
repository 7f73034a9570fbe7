"""What the configuration file says to a kiosk: sections [brand] and [kiosk].

ConfigUnusable    the file is missing, no TOML, or a value is missing or out of its range
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal

from kiosk.devices.drivers import DRIVERS as CASH_DRIVERS
from kiosk.devices.drivers import CashSettings
from kiosk.receipts.settings import COLUMNS_MAX, COLUMNS_MIN, DRIVERS, PrinterSettings
from kiosk.session.state import Rules
from kiosk.waits import Waits
from protocol.errors import BadAmount
from protocol.money import exponent

# As in biometrics.scanners, which is not loaded only to read a file.
READER_DRIVERS: Final = ("file", "libfprint", "serial", "xfs4iot")
MOST_READERS: Final = 8
_PORT_MAX: Final = 65535
DEFAULT_FILE: Final = Path(__file__).resolve().parent.parent / "config" / "meridian.toml"


class ConfigUnusable(Exception):
    """The configuration cannot be used; the message names file and key."""


@dataclass(frozen=True)
class Brand:
    """Whose machine it is."""

    name: str
    currency: str
    languages: tuple[str, ...]
    time_zone: str
    support: str


@dataclass(frozen=True)
class ReaderLine:
    """A fingerprint reader: one of ``READER_DRIVERS``, and which one of its readers ("" any).

    ``password``: of a serial sensor, 32 bits.
    """

    driver: str
    device: str = ""
    password: int = 0


@dataclass(frozen=True)
class ServerLine:
    """A server of the bank: its name, and its host and port.

    Without an address it is on this machine, at the port that the launcher wrote down.
    """

    name: str
    address: tuple[str, int] | None = None


def server_line(text: str) -> ServerLine:
    """Read ``NAME`` or ``NAME=HOST:PORT``. Errors: ValueError."""
    name, equals, address = text.partition("=")
    if not name:
        raise ValueError(f"{text!r} names no server")
    return ServerLine(name, host_and_port(address) if equals else None)


def host_and_port(text: str) -> tuple[str, int]:
    """Read ``HOST:PORT``, an IPv6 address in brackets. Errors: ValueError."""
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        host = ""
    if not host or not port.isdecimal() or not 0 < int(port) <= _PORT_MAX:
        raise ValueError(f"{text!r} is no HOST:PORT")
    return host, int(port)


@dataclass(frozen=True)
class Config:
    """Brand, and the rules of this machine.

    ``readers``: fingerprint readers, the preferred first; none: customers type a number.
    ``presentation_check``: whether pictures that look like copies of a finger are refused.
    ``scan_s``: seconds a finger is waited for. ``quality_least``: what a picture must reach to be
    enrolled, 0 to 100. ``engine``: what finds the minutiae, a value of ``biometrics.Engine``; the
    network needs the extra ``deep``. ``test_configuration``: whether tests may let the kiosk die
    on purpose. ``reboot_command``: what an operator may have run to start the computer again, ()
    for nothing.
    """

    brand: Brand
    realm: str
    terminal: str
    servers: tuple[ServerLine, ...]
    policy: Literal["primary", "balanced"]
    readers: tuple[ReaderLine, ...]
    presentation_check: bool
    scan_s: float
    quality_least: int
    engine: Literal["ridges", "network"]
    test_configuration: bool
    cash: CashSettings
    printer: PrinterSettings
    reboot_command: tuple[str, ...]
    rules: Rules
    waits: Waits

    @property
    def pictures(self) -> bool:
        """Whether fingers may come as pictures that are picked or dropped."""
        return any(line.driver == "file" for line in self.readers)


def load_config(path: Path = DEFAULT_FILE) -> Config:
    """Read the file.

    Raises:
        ConfigUnusable: see the class.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigUnusable(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigUnusable(f"{path}: {error}") from error
    try:
        return _config(document)
    except (KeyError, TypeError, ValueError, BadAmount) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise ConfigUnusable(f"{path}: {what}") from error


def _config(document: Mapping[str, Any]) -> Config:
    brand, kiosk = document["brand"], document["kiosk"]
    currency = _text(brand, "currency")
    exponent(currency)
    policy, engine = _text(kiosk, "policy"), _text(kiosk, "engine")
    if policy not in ("primary", "balanced"):
        raise ValueError("policy is primary or balanced")
    if engine not in ("ridges", "network"):
        raise ValueError("engine is ridges or network")
    reboot = _command(kiosk["operator"], "reboot_command")
    return Config(
        brand=Brand(
            name=_text(brand, "name"),
            currency=currency,
            languages=_texts(brand, "languages"),
            time_zone=_text(brand, "time_zone"),
            support=_text(brand, "support"),
        ),
        realm=_text(document["bank"], "realm"),
        terminal=_text(kiosk, "terminal"),
        servers=tuple(server_line(text) for text in _texts(kiosk, "servers")),
        policy="primary" if policy == "primary" else "balanced",
        readers=_readers(kiosk),
        presentation_check=_flag(kiosk, "presentation_check"),
        scan_s=_seconds(kiosk, "scan_s"),
        quality_least=_number(document["identity"], "quality_least", 0, 100),
        engine="network" if engine == "network" else "ridges",
        test_configuration=_flag(kiosk, "test_configuration"),
        cash=_cash(kiosk["cash"]),
        printer=_printer(kiosk["printer"]),
        reboot_command=reboot,
        rules=Rules(
            currency=currency,
            notes_taken_minor=_sums(kiosk, "notes_taken_minor"),
            quick_minor=_sums(kiosk, "quick_minor"),
            offered_minor=_sums(kiosk, "offered_minor"),
            withdraw_each_minor=_number(kiosk, "withdraw_each_minor"),
            transfer_each_minor=_number(kiosk, "transfer_each_minor"),
            deposit_each_minor=_number(kiosk, "deposit_each_minor"),
            deposit_notes=_number(kiosk, "deposit_notes"),
            pin_digits_min=_number(kiosk, "pin_digits_min", 4, 12),
            pin_digits_max=_number(kiosk, "pin_digits_max", 4, 12),
            number_login=_flag(kiosk, "number_login"),
            signup=_flag(kiosk, "signup"),
            impressions_least=_number(document["identity"], "impressions_least", 1, 3),
            statement_lines=_number(kiosk, "statement_lines", 1, 50),
            patience_s=_seconds(kiosk, "patience_s"),
            typing_patience_s=_seconds(kiosk, "typing_patience_s"),
            answer_s=_number(kiosk, "answer_s", 20, 600),
            goodbye_s=_seconds(kiosk, "goodbye_s"),
            operator_patience_s=_seconds(kiosk["operator"], "counting_patience_s"),
            can_reboot=bool(reboot),
        ),
        waits=_waits(kiosk["waits"]),
    )


def _waits(section: Mapping[str, Any]) -> Waits:
    waits = Waits(**{field.name: _seconds(section, field.name) for field in fields(Waits)})
    if waits.authorise_s + waits.advice_s > Rules.decision_s:
        raise ValueError(
            f"authorise_s and advice_s are {Rules.decision_s:g} s together at most: by then a"
            " customer has been told what became of the money"
        )
    return waits


def _readers(section: Mapping[str, Any]) -> tuple[ReaderLine, ...]:
    lines = section["readers"]
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise ValueError('readers is a list such as [{ driver = "libfprint" }]')
    if len(lines) > MOST_READERS:
        raise ValueError(f"readers are {MOST_READERS} at most")
    return tuple(_reader(line) for line in lines)


def _reader(line: Mapping[str, Any]) -> ReaderLine:
    driver, device = line.get("driver"), line.get("device", "")
    if driver not in READER_DRIVERS or not isinstance(device, str):
        raise ValueError(f"readers: driver is one of {', '.join(READER_DRIVERS)}, device a text")
    password = line.get("password", 0)
    if type(password) is not int or not 0 <= password < 2**32:
        raise ValueError("readers: password is a whole number of 32 bits")
    return ReaderLine(driver, device, password)


def _cash(section: Mapping[str, Any]) -> CashSettings:
    driver = next((d for d in CASH_DRIVERS if d == section["driver"]), None)
    if driver is None:
        raise ValueError(f"cash.driver is one of {', '.join(CASH_DRIVERS)}")
    address = section["address"]
    if not isinstance(address, str) or not (address == "" or "://" in address):
        raise ValueError("cash.address is ws://HOST:PORT, wss://HOST:PORT or empty")
    return CashSettings(driver, address, _flag(section, "counting_retract"))


def _printer(section: Mapping[str, Any]) -> PrinterSettings:
    driver = next((d for d in DRIVERS if d == section["driver"]), None)
    if driver is None:
        raise ValueError(f"printer.driver is one of {', '.join(DRIVERS)}")
    address = "" if driver == "none" else _text(section, "address")
    if driver == "network":
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= 65535:
            raise ValueError("printer.address of a network printer is host:port")
    return PrinterSettings(
        driver=driver,
        address=address,
        baud=_number(section, "baud", 1200, 921600),
        columns=_number(section, "columns", COLUMNS_MIN, COLUMNS_MAX),
    )


def _text(section: Mapping[str, Any], key: str) -> str:
    value = section[key]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is a text")
    return value


def _texts(section: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = section[key]
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise ValueError(f"{key} is a list of texts")
    return tuple(values)


def _command(section: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words = section[key]
    if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words):
        raise ValueError(f"{key} is a list of words, [] for none")
    return tuple(words)


def _number(section: Mapping[str, Any], key: str, least: int = 1, most: int = 10**12) -> int:
    value = section[key]
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{key} is a whole number from {least} to {most}")
    return value


def _sums(section: Mapping[str, Any], key: str) -> tuple[int, ...]:
    values = section[key]
    if not isinstance(values, list) or not all(type(v) is int and v > 0 for v in values):
        raise ValueError(f"{key} is a list of sums in minor units")
    return tuple(values)


def _seconds(section: Mapping[str, Any], key: str) -> float:
    value = section[key]
    if type(value) not in (int, float) or not 0 < value <= 3600:
        raise ValueError(f"{key} is a number of seconds up to 3600")
    return float(value)


def _flag(section: Mapping[str, Any], key: str) -> bool:
    value = section[key]
    if not isinstance(value, bool):
        raise ValueError(f"{key} is true or false")
    return value
