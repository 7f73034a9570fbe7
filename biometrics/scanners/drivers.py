"""The drivers by name. Each is loaded when it is first asked for: some are heavy."""

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from biometrics.scanners.scanner import Driver, ReaderSettings, Scanner

_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file": "biometrics.scanners.file",
        "libfprint": "biometrics.scanners.libfprint",
        "serial": "biometrics.scanners.serial",
        "xfs4iot": "biometrics.scanners.xfs4iot",
    }
)
DRIVER_NAMES: Final = tuple(_MODULES)


def driver(name: str) -> Driver:
    """Return the driver called `name`. Errors: ValueError if there is none."""
    if name not in _MODULES:
        raise ValueError(f"no driver is called {name!r}; there are {', '.join(DRIVER_NAMES)}")
    found: Driver = importlib.import_module(_MODULES[name]).DRIVER
    return found


def open_scanner(settings: ReaderSettings) -> Scanner:
    """Return a scanner for `settings`. Touches no hardware. Errors: ValueError, see `driver`."""
    return driver(settings.driver).open(settings)
