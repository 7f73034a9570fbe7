"""What the units of the simulated XFS4IoT machine count, followed from one state to the next.

The mechanics are those of ``kiosk.devices.simulator``; these are the counts that the standard's
Storage.GetStorage, CashDispenser.GetPresentStatus and CashAcceptor.GetCashInStatus tell of them.
Plain dictionaries, as they go over the wire and onto the disk.
"""

import copy
from typing import Any

from kiosk.cash.notes import counts
from kiosk.devices.simulator.state import State
from kiosk.devices.status import Place

Books = dict[str, Any]
TYPES = {value: f"type{value // 100}EUR1" for value in (500, 1000, 2000, 5000, 10000)}
REJECT, RETRACT, DEPOSIT, KEPT = "unitREJ", "unitRET", "unitDEP", "unitKEP"
DISPENSERS_OWN = (REJECT, RETRACT)
ACCEPTORS_OWN = (DEPOSIT, KEPT)


def unit_name(index: int) -> str:
    return f"unit{index + 1}"


def fresh(state: State) -> Books:
    books: Books = {
        "units": {},
        "picks": {},
        "present": {"state": "notPresented", "values": {}},
        "cash_in": {"status": "unknown", "refused": 0, "counted": {}},
        "limits": None,
    }
    recount(books, state)
    return books


def recount(books: Books, state: State) -> None:
    """A person counts every unit: initial is what is in it, and all that went through is zero."""
    books["units"] = {
        unit_name(index): {"initial": {item_of(each): each.count}, "out": {}, "in": {}}
        for index, each in enumerate(state.cassettes)
    }
    for name in (*DISPENSERS_OWN, *ACCEPTORS_OWN):
        books["units"][name] = {"initial": {}, "out": {}, "in": {}, "operations": 0}
    books["picks"] = {}


def item_of(cassette: Any) -> str:
    return TYPES[cassette.denomination_minor]


def follow(books: Books, before: State, after: State) -> Books:
    """Return the books after the machine went from one state to another."""
    books = copy.deepcopy(books)
    if before.exchange and not after.exchange:
        return _exchanged(books, after)
    if after.cleared > before.cleared:
        recount(books, after)
        if books["cash_in"]["status"] == "active":
            books["cash_in"]["status"] = "reset"
        return books
    _cassettes(books, before, after)
    _outgoing(books, before, after)
    _incoming(books, before, after)
    return books


def _exchanged(books: Books, after: State) -> Books:
    """Units that were set begin anew; of what was jammed nobody knows where it went."""
    for name in list(books["picks"]):
        out = books["units"][name]["out"]
        for place in ("transport", "stacked"):
            for item, levels in out.pop(place, {}).items():
                _add(out, "unknown", item, levels["fit"])
    books["picks"] = {}
    for name in books.pop("set"):
        books["units"][name] |= {"initial": {}, "out": {}, "in": {}}
        if "operations" in books["units"][name]:
            books["units"][name]["operations"] = 0
    for index, each in enumerate(after.cassettes):
        unit = books["units"][unit_name(index)]
        if not unit["initial"]:
            unit["initial"] = {item_of(each): each.count}
    if books["cash_in"]["status"] == "active":
        books["cash_in"]["status"] = "reset"
    return books


def _cassettes(books: Books, before: State, after: State) -> None:
    dispensed = after.counters.dispenses > before.counters.dispenses
    if dispensed:
        books["picks"] = {}
    for index, (old, new) in enumerate(zip(before.cassettes, after.cassettes, strict=True)):
        unit = books["units"][unit_name(index)]
        gone = old.count - new.count
        if dispensed and gone:
            books["picks"][unit_name(index)] = gone
            _add(unit["out"], "transport", item_of(new), gone)
        elif gone:
            unit |= {"initial": {item_of(new): new.count}, "out": {}, "in": {}}
    if dispensed:
        books["present"] = {"state": "notPresented", "values": dict(books["picks"])}


def _outgoing(books: Books, before: State, after: State) -> None:
    old, new = before.outgoing.place, after.outgoing.place
    if old is new and before.outgoing.uid == after.outgoing.uid:
        return
    match new:
        case Place.STACKED:
            _move(books, after, "transport", "stacked")
        case Place.PRESENTED:
            _move(books, after, "stacked", "presented")
            books["present"]["state"] = "presented"
        case Place.REJECTED:
            _move(books, after, "transport", "rejected")
            _move(books, after, "stacked", "rejected")
            for name, number in books["picks"].items():
                cassette = after.cassettes[int(name.removeprefix("unit")) - 1]
                _add(books["units"][REJECT]["in"], "rejected", item_of(cassette), number)
        case Place.RETRACTED:
            _retract(books, RETRACT, _notes_of(books, after, after.outgoing.inside_minor))
        case Place.UNKNOWN:
            books["present"]["state"] = "unknown"
            _move(books, after, "stacked", "unknown")


def _incoming(books: Books, before: State, after: State) -> None:
    old, new, told = before.incoming, after.incoming, books["cash_in"]
    if new.uid and told["status"] == "active":
        told["counted"] = {TYPES[d]: n for d, n in counts(new.counted).items()}
        told["refused"] = new.refused_count
    suspects = sum(row.suspect for row in after.evidence.values())
    if suspects > sum(row.suspect for row in before.evidence.values()):
        kept = books["units"][KEPT]["in"].setdefault("deposited", {})
        kept.setdefault(TYPES[after.accepts_minor[0]], {})["suspect"] = suspects
    if old.place is new.place and old.uid == new.uid:
        return
    held = {TYPES[d]: n for d, n in counts(new.counted).items()}
    match new.place:
        case Place.STORED:
            told["status"] = "ok"
            for item, number in held.items():
                _add(books["units"][DEPOSIT]["in"], "deposited", item, number)
        case Place.RETRACTED:
            if told["status"] == "active":
                told["status"] = "retract"
            _retract(books, KEPT, held)
        case Place.PRESENTED | Place.TAKEN if told["status"] == "active":
            told["status"] = "rollback"
        case Place.UNKNOWN:
            told["status"] = "unknown"


def _retract(books: Books, unit: str, notes: dict[str, int]) -> None:
    if notes:
        books["units"][unit]["operations"] += 1
    for item, number in notes.items():
        _add(books["units"][unit]["in"], "retracted", item, number)


def _notes_of(books: Books, state: State, total_minor: int) -> dict[str, int]:
    """Some of the notes that were picked, worth ``total_minor``."""
    found: dict[str, int] = {}
    for index in sorted(
        range(len(state.cassettes)), key=lambda i: -state.cassettes[i].denomination_minor
    ):
        cassette = state.cassettes[index]
        value = cassette.denomination_minor
        number = min(books["picks"].get(unit_name(index), 0), total_minor // value)
        if number:
            found[item_of(cassette)] = number
        total_minor -= number * value
    return found | ({"unrecognized": 1} if total_minor else {})


def _move(books: Books, state: State, source: str, target: str) -> None:
    for name in books["picks"]:
        out = books["units"][name]["out"]
        item = item_of(state.cassettes[int(name.removeprefix("unit")) - 1])
        number = out.get(source, {}).pop(item, {}).get("fit", 0)
        if number:
            _add(out, target, item, number)


def _add(side: dict[str, Any], category: str, item: str, number: int) -> None:
    into = side.setdefault(category, {})
    if item == "unrecognized":
        into[item] = into.get(item, 0) + number
    else:
        levels = into.setdefault(item, {})
        levels["fit"] = levels.get("fit", 0) + number
