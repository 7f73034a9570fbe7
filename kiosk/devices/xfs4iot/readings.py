"""What the two services say of their mechanics and of the last transaction; pure.

Source: CWA 17852 "XFS4IoT": Common.Status with its parts cashDispenser, cashAcceptor and
cashManagement; CashDispenser.GetPresentStatus; CashAcceptor.GetCashInStatus. Early services say
"notSupported" and "cashUnitStop" where later ones leave a member out and say "stop"; both are
understood. What is missing or new reads as UNKNOWN, never as good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kiosk.devices.xfs4iot.counts import Values, minor, notes_of

BUSY: Final = ("deviceBusy", "starting")
_STOPPED: Final = ("stop", "unknown", "cashUnitStop", "cashUnitUnknown")
_LEFT_OUT: Final = (None, "notSupported")


class Fill(StrEnum):
    """Whether there are notes somewhere."""

    EMPTY = "empty"
    NOT_EMPTY = "notEmpty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mechanics:
    """One half of the machine, dispenser or acceptor.

    ``device`` as Common.Status has it. ``works``: it can be used, as far as sensors and units
    tell. ``stacker`` is the stacker, or the escrow of an acceptor; ``tray`` what a customer can
    reach, input and output together.
    """

    device: str
    works: bool
    stacker: Fill
    transport: Fill
    tray: Fill

    @property
    def clear(self) -> bool:
        """Whether surely no note lies between the units and the customer."""
        return {self.stacker, self.transport, self.tray} == {Fill.EMPTY}


class Presented(StrEnum):
    """Whether the customer has had access to what was dispensed last."""

    YES = "presented"
    NO = "notPresented"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PresentStatus:
    """CashDispenser.GetPresentStatus; ``amount_minor`` None: it tells no sum of our currency."""

    presented: Presented
    amount_minor: int | None


class CashIn(StrEnum):
    """How the last cash-in transaction stands or has ended."""

    ACTIVE = "active"
    STORED = "ok"
    ROLLED_BACK = "rollback"
    RETRACTED = "retract"
    RESET = "reset"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CashInStatus:
    """CashAcceptor.GetCashInStatus: genuine notes by denomination in minor units.

    ``counted`` None: there is a note among them whose value is not known.
    """

    state: CashIn
    counted: Mapping[int, int] | None
    refused_count: int


def read_mechanics(status: Mapping[str, Any], half: str) -> Mechanics:
    """Return the state of ``half``, cashDispenser or cashAcceptor, of a Common.Status."""
    own, management = _object(status, half), _object(status, "cashManagement")
    device = _text(_object(status, "common").get("device"))
    positions = _objects(own.get("positions"))
    units = _text(management.get("dispenser" if half == "cashDispenser" else "acceptor"))
    reader = own.get("banknoteReader")
    shutters = [_text(each.get("shutter")) for each in positions]
    transports = [_text(each.get("transport")) for each in positions]
    works = (
        device == "online"
        and bool(positions)
        and units not in _STOPPED
        and reader not in ("inoperative", "unknown")
        and not any(shutter == "unknown" or shutter.startswith("jammed") for shutter in shutters)
        and not any(transport in ("inoperative", "unknown") for transport in transports)
    )
    return Mechanics(
        device=device,
        works=works,
        stacker=_fill([own.get("intermediateStacker")]),
        transport=_fill(each.get("transportStatus") for each in positions),
        tray=_fill((each.get("positionStatus") for each in positions), must=True),
    )


def read_present_status(payload: Mapping[str, Any], currency: str) -> PresentStatus:
    """Return what the completion tells; raises ``NoUnits`` for a sum that is none."""
    found = payload.get("presentState")
    presented = Presented(found) if found in list(Presented) else Presented.UNKNOWN
    sums = _object(_object(payload, "denomination"), "currencies")
    amount = minor(sums[currency], currency) if currency in sums else None
    return PresentStatus(presented, amount if len(sums) == 1 else None)


def read_cash_in_status(payload: Mapping[str, Any], values: Values) -> CashInStatus:
    """Return what the completion tells; raises ``NoUnits`` for counts that are none."""
    found = payload.get("status")
    state = CashIn(found) if found in list(CashIn) else CashIn.UNKNOWN
    refused = payload.get("numOfRefused")
    refused_count = refused if type(refused) is int and 0 <= refused < 10_000 else 0
    return CashInStatus(state, notes_of(_object(payload, "noteNumberList"), values), refused_count)


def _fill(said: Iterable[object], must: bool = False) -> Fill:
    """Return what several sensors say together.

    A place that has no sensor counts as empty, because the device has no such place, unless it
    ``must`` have one: a tray whose content nobody sees proves nothing.
    """
    found = list(said)
    if must and not any(each not in _LEFT_OUT for each in found):
        return Fill.UNKNOWN
    known = [each for each in found if each not in _LEFT_OUT]
    if any(each in ("notEmpty", "notEmptyCustomer", "full") for each in known):
        return Fill.NOT_EMPTY
    return Fill.EMPTY if all(each == "empty" for each in known) else Fill.UNKNOWN


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _objects(found: object) -> list[dict[str, Any]]:
    listed = found if isinstance(found, list) and len(found) <= 32 else ()
    return [each for each in listed if isinstance(each, dict)]


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
