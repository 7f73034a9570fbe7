"""What the simulated XFS4IoT machine answers, in the standard's own members and values.

``half`` is the service: "out" with the dispenser, "in" with the acceptor, "both" a recycler.
"""

from typing import Any

from kiosk.devices.simulator.state import State
from kiosk.devices.status import Place
from tests.simulators.xfs4iot_books import (
    ACCEPTORS_OWN,
    DEPOSIT,
    KEPT,
    REJECT,
    RETRACT,
    TYPES,
    Books,
    unit_name,
)

PATH = "/xfs4iot/v1.0"
ORDERS = (
    "CashDispenser.Dispense",
    "CashDispenser.Present",
    "CashDispenser.Reject",
    "CashManagement.Retract",
    "CashManagement.Reset",
    "CashAcceptor.CashInStart",
    "CashAcceptor.CashIn",
    "CashAcceptor.CashInEnd",
    "CashAcceptor.CashInRollback",
    "Storage.StartExchange",
    "Storage.EndExchange",
    "Storage.SetStorage",
)


class Failed(Exception):
    """A command that completes without success."""

    def __init__(self, code: str, error_code: str = "") -> None:
        super().__init__(code, error_code)
        self.code, self.error_code = code, error_code


FAILURES = {
    "jam": ("hardwareError",),
    "partial": ("hardwareError",),
    "not_clear": ("commandErrorCode", "itemsLeft"),
    "not_dispensable": ("commandErrorCode", "notDispensable"),
    "uid_used": ("sequenceError",),
    "not_presented": ("commandErrorCode", "presentErrorNoItems"),
    "nothing_stacked": ("commandErrorCode", "noItems"),
    "nothing_to_reject": ("commandErrorCode", "noItems"),
    "nothing_to_retract": ("commandErrorCode", "noItems"),
    "wrong_place": ("commandErrorCode", "noItems"),
}
_TYPES_OF_BINS = {
    REJECT: "reject",
    RETRACT: "cashOutRetract",
    DEPOSIT: "cashIn",
    KEPT: "cashInRetract",
}


def capabilities(half: str, version: int) -> dict[str, Any]:
    names = {"out": ("CashDispenser",), "in": ("CashAcceptor",)}.get(
        half, ("CashDispenser", "CashAcceptor")
    )
    interfaces: list[dict[str, Any]] = [
        {"name": name} for name in ("Common", "Storage", "CashManagement", *names)
    ]
    said: dict[str, Any] = {"interfaces": interfaces, "common": {"serviceVersion": "1.0"}}
    if "CashDispenser" in names:
        told = {"CashDispenser.Dispense": {"versions": [f"{version}.0"]}}
        interfaces[3]["commands"] = told
        said["cashDispenser"] = {
            "type": "selfServiceBill",
            "maxDispenseItems": 50,
            "shutterControl": True,
            "retractAreas": {"retract": True, "reject": True},
            "intermediateStacker": True,
            "itemsTakenSensor": True,
        }
    if "CashAcceptor" in names:
        said["cashAcceptor"] = {
            "type": "selfServiceBill",
            "maxCashInItems": 200,
            "shutterControl": True,
            "intermediateStacker": 200,
            "itemsTakenSensor": True,
            "cashInLimit": {"byTotalItems": True, "byAmount": True},
        }
    return said


def status(half: str, state: State, books: Books, *, busy: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "common": {"device": "deviceBusy" if busy else "online"},
        "cashManagement": {},
    }
    if half != "in":
        empty = all(each.count == 0 for each in state.cassettes)
        said["cashManagement"]["dispenser"] = "stop" if empty else "ok"
        said["cashDispenser"] = _dispenser(state)
    if half != "out":
        said["cashManagement"]["acceptor"] = "ok"
        said["cashAcceptor"] = _acceptor(state)
    return said


def _dispenser(state: State) -> dict[str, Any]:
    place = Place.UNKNOWN if state.sensor_unknown else state.outgoing.place
    lost = place is Place.UNKNOWN
    position = {
        "position": "outDefault",
        "shutter": "unknown" if lost else "open" if place is Place.PRESENTED else "closed",
        "positionStatus": _fill(lost, place is Place.PRESENTED),
        "transport": "inoperative" if state.out_jammed else "ok",
        "transportStatus": _fill(lost, place is Place.TRANSPORT),
    }
    return {
        "intermediateStacker": _fill(lost, place is Place.STACKED),
        "positions": [position],
    }


def _acceptor(state: State) -> dict[str, Any]:
    into = state.incoming
    place = Place.UNKNOWN if state.sensor_unknown else into.place
    lost = place is Place.UNKNOWN
    held = bool(into.counted) and place in (Place.OPEN, Place.ESCROW)
    transport = "inoperative" if state.in_jammed else "ok"
    return {
        "intermediateStacker": _fill(lost, held),
        "stackerItems": "noCustomerAccess",
        "banknoteReader": "ok",
        "dropBox": False,
        "positions": [
            {
                "position": "inDefault",
                "shutter": "open" if place is Place.OPEN else "closed",
                "positionStatus": "unknown" if lost else "empty",
                "transport": transport,
                "transportStatus": _fill(lost, place is Place.TRANSPORT),
            },
            {
                "position": "outDefault",
                "shutter": "open" if place is Place.PRESENTED else "closed",
                "positionStatus": _fill(lost, place is Place.PRESENTED),
                "transport": transport,
                "transportStatus": "unknown" if lost else "empty",
            },
        ],
    }


def _fill(lost: bool, there: bool) -> str:
    if lost:
        return "unknown"
    return "notEmpty" if there else "empty"


def storage(half: str, state: State, books: Books) -> dict[str, Any]:
    cassettes = paying(state)
    found: dict[str, Any] = {}
    for name, unit in books["units"].items():
        if (half == "in") != (name in ACCEPTORS_OWN) and half != "both":
            continue
        cassette = cassettes.get(name)
        counted = {"out": unit["out"], "in": unit["in"]}
        if unit.get("operations"):
            counted["in"] = unit["in"] | {"retractOperations": unit["operations"]}
        types = {"cashOut": True} if cassette else {_TYPES_OF_BINS[name]: True}
        configuration: dict[str, Any] = {"types": types}
        replenishment = "ok"
        if cassette:
            configuration |= {
                "currency": "EUR",
                "value": cassette.denomination_minor / 100,
                "lowThreshold": cassette.low_count,
            }
            if cassette.count <= cassette.low_count:
                replenishment = "low" if cassette.count else "empty"
        initial = {item: {"fit": number} for item, number in unit["initial"].items()}
        found[name] = {
            "id": name,
            "positionName": name,
            "capacity": 2000,
            "status": "ok" if cassette is None or cassette.usable else "inoperative",
            "cash": {
                "capabilities": {"types": types},
                "configuration": configuration,
                "status": {
                    "initial": initial or None,
                    "accuracy": "accurate",
                    "replenishmentStatus": replenishment,
                    **counted,
                },
            },
        }
    return {"storage": found}


def paying(state: State) -> dict[str, Any]:
    return {unit_name(index): each for index, each in enumerate(state.cassettes)}


def note_types(books: Books) -> dict[str, Any]:
    enabled = books.get("enabled", {})
    items = {
        item: {
            "cashItem": {"noteID": number, "currency": "EUR", "value": value / 100, "release": 1},
            "enabled": enabled.get(item, True),
        }
        for number, (value, item) in enumerate(TYPES.items(), 1)
    }
    items["type20USD1"] = {
        "cashItem": {"noteID": 99, "currency": "USD", "value": 20, "release": 1},
        "enabled": enabled.get("type20USD1", True),
    }
    return {"items": items}


def denomination(state: State, books: Books) -> dict[str, Any]:
    values = books["present"]["values"]
    total = sum(
        state.cassettes[int(name.removeprefix("unit")) - 1].denomination_minor * number
        for name, number in values.items()
    )
    return {"currencies": {"EUR": total / 100} if total else {}, "values": values}


def present_status(state: State, books: Books) -> dict[str, Any]:
    told = "unknown" if state.sensor_unknown else books["present"]["state"]
    return {"denomination": denomination(state, books), "presentState": told}


def cash_in_status(state: State, books: Books) -> dict[str, Any]:
    told = books["cash_in"]
    return {
        "status": "unknown" if state.sensor_unknown else told["status"],
        "numOfRefused": told["refused"] or None,
        "noteNumberList": counted(books) or None,
    }


def counted(books: Books) -> dict[str, Any]:
    return {item: {"fit": number} for item, number in books["cash_in"]["counted"].items()}
