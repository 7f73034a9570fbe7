"""One reading of the whole machine: every question of both halves, put together."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.xfs4iot.counts import NoUnits, read_values
from kiosk.devices.xfs4iot.judging import Reading
from kiosk.devices.xfs4iot.readings import (
    BUSY,
    CashIn,
    CashInStatus,
    Presented,
    PresentStatus,
    read_cash_in_status,
    read_mechanics,
    read_present_status,
)
from kiosk.devices.xfs4iot.services import Line
from kiosk.devices.xfs4iot.units import Units, read_units

ACCEPTORS: Final = "acceptor/"
"""Before the names of units that only the acceptor's service has."""
_OUT_DEFAULT: Final = {"position": "outDefault"}
_NO_PRESENT: Final = PresentStatus(Presented.UNKNOWN, None)
_NO_CASH_IN: Final = CashInStatus(CashIn.UNKNOWN, None, 0)


@dataclass
class Asking:
    """Asks ``dispenser`` and ``acceptor``, which are one line for a recycler.

    The note types are asked for once: they change with the machine's configuration, for which
    its service starts anew.
    """

    dispenser: Line
    acceptor: Line
    currency: str
    enabled: dict[str, bool] = field(default_factory=dict)
    _values: dict[str, int] = field(default_factory=dict)

    def read(self, *, slot_open: bool) -> Reading:
        """Return what the machine says now.

        A machine at work says nothing yet, unless it is our own open slot it works at.

        Raises:
            DeviceAway: it does not answer, or is busy.
        """
        values = self._types()
        out = self.dispenser.ask("Common.Status")
        into = out if self.acceptor is self.dispenser else self.acceptor.ask("Common.Status")
        dispenser = read_mechanics(out, "cashDispenser")
        acceptor = read_mechanics(into, "cashAcceptor")
        if not slot_open and {dispenser.device, acceptor.device} & set(BUSY):
            raise DeviceAway("the machine is at work")
        units = self._units(values)
        present, cash_in = _NO_PRESENT, _NO_CASH_IN
        # A query that fails tells nothing; it proves nothing either.
        with suppress(DeviceRefused, NoUnits):
            told = self.dispenser.ask("CashDispenser.GetPresentStatus", _OUT_DEFAULT)
            present = read_present_status(told, self.currency)
        with suppress(DeviceRefused, NoUnits):
            told = self.acceptor.ask("CashAcceptor.GetCashInStatus")
            cash_in = read_cash_in_status(told, values)
        return Reading(dispenser, acceptor, present, cash_in, units, values)

    def _units(self, values: dict[str, int]) -> Units | None:
        try:
            found = self.dispenser.ask("Storage.GetStorage")
            if self.acceptor is not self.dispenser:
                more = self.acceptor.ask("Storage.GetStorage").get("storage")
                if not isinstance(more, dict):
                    return None
                # Two services may call different units the same.
                own = {f"{ACCEPTORS}{name}": unit for name, unit in more.items()}
                found = {"storage": {**(found.get("storage") or {}), **own}}
            return read_units(found, self.currency, values)
        except (DeviceRefused, NoUnits):
            return None

    def _types(self) -> dict[str, int]:
        if not self._values:
            values: dict[str, int] = {}
            enabled: dict[str, bool] = {}
            for line in dict.fromkeys((self.dispenser, self.acceptor)):
                try:
                    payload = line.ask("CashManagement.GetBankNoteTypes")
                    values |= read_values(payload, self.currency)
                except (DeviceRefused, NoUnits) as error:
                    raise DeviceAway(f"the machine tells no note types: {error}") from error
                enabled = _enabled(payload)
            self._values, self.enabled = values, enabled
        return self._values

    def value_of(self, item: str) -> int:
        """Return the value of a note type of our currency in minor units, 0 for any other."""
        return self._types().get(item, 0)


def _enabled(payload: dict[str, Any]) -> dict[str, bool]:
    items = payload.get("items")
    found = items.items() if isinstance(items, dict) else ()
    return {name: each.get("enabled") is True for name, each in found if isinstance(each, dict)}
