"""What is judged from a machine's answers, held against what truly happened in it.

The mechanics are played without a socket: any story of orders, faults, hands and restarts, and
then the answers the machine would give, perhaps with a member missing.
"""

import copy
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cash.notes import counts, total_minor
from kiosk.devices.simulator import acceptor, dispenser
from kiosk.devices.simulator.dispenser import Refused
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Place
from kiosk.devices.xfs4iot.counts import NoUnits, read_values
from kiosk.devices.xfs4iot.judging import Reading, judge, recounted
from kiosk.devices.xfs4iot.note import Book, Stage
from kiosk.devices.xfs4iot.readings import (
    read_cash_in_status,
    read_mechanics,
    read_present_status,
)
from kiosk.devices.xfs4iot.services import Found, Machine, shortcomings
from kiosk.devices.xfs4iot.units import read_units
from kiosk.screens import Notes
from kiosk.transactions.evidence import Finding, find_incoming, find_outgoing
from tests.simulators import xfs4iot_answers as answers
from tests.simulators.xfs4iot_books import Books, follow, fresh

NOTES = (Notes(5000, 1), Notes(2000, 2))
AMOUNT = total_minor(NOTES)
UID = "a" * 32
SURELY_NOT = (Finding.NO_COMMAND, Finding.NOT_MOVED, Finding.REJECTED, Finding.INSIDE)
DISPENSING_FAULTS = (None, Fault.JAM_NOTHING, Fault.PARTIAL, Fault.JAM_UNKNOWN)
PRESENTING_FAULTS = (
    None,
    Fault.PRESENT_NONE,
    Fault.PRESENT_UNKNOWN,
    Fault.PRESENT_UNKNOWN_INSIDE,
    Fault.TOOK_SOME,
    Fault.NOT_TAKEN,
)


class Story:
    """A machine whose every change the books follow."""

    def __init__(self) -> None:
        self.state = State()
        self.books: Books = fresh(self.state)

    def do(self, act: Any, *args: Any) -> None:
        try:
            after = act(self.state, *args)
        except Refused as refused:
            after = refused.state
        self.books, self.state = follow(self.books, self.state, after), after

    def arm(self, fault: Fault | None) -> None:
        self.state = replace(self.state, fault=fault)

    def begin_cash_in(self, uid: str) -> None:
        self.books["cash_in"] = {"status": "active", "refused": 0, "counted": {}}
        self.do(acceptor.start, uid, (5000, 2000, 1000), 50, 500_000)

    def answers(self) -> dict[str, Any]:
        return {
            "status": answers.status("both", self.state, self.books, busy=False),
            "storage": answers.storage("both", self.state, self.books),
            "types": answers.note_types(self.books),
            "present": answers.present_status(self.state, self.books),
            "cash_in": answers.cash_in_status(self.state, self.books),
        }


def reading(said: dict[str, Any]) -> Reading:
    values = read_values(said["types"], "EUR")
    return Reading(
        dispenser=read_mechanics(said["status"], "cashDispenser"),
        acceptor=read_mechanics(said["status"], "cashAcceptor"),
        present=read_present_status(said["present"], "EUR"),
        cash_in=read_cash_in_status(said["cash_in"], values),
        units=read_units(said["storage"], "EUR", values),
        values=values,
    )


def judged(book: Book, said: dict[str, Any]) -> Any:
    return judge(book, reading(said), slot_open=False, counting_retract=True)


def without(said: dict[str, Any], choose: Any) -> dict[str, Any]:
    """The answers with one member, anywhere, left out or made null."""
    said = copy.deepcopy(said)
    places = [(d, k) for d in _objects(said) for k in d if d is not said]
    inside, key = places[choose(len(places))]
    if choose(2):
        inside[key] = None
    else:
        del inside[key]
    return said


def _objects(body: object) -> list[dict[str, Any]]:
    if isinstance(body, list):
        return [each for item in body for each in _objects(item)]
    if not isinstance(body, dict):
        return []
    return [body, *[each for item in body.values() for each in _objects(item)]]


@settings(max_examples=100, deadline=None)
@given(
    earlier=st.booleans(),
    dispensing=st.sampled_from(DISPENSING_FAULTS),
    presenting=st.sampled_from(PRESENTING_FAULTS),
    steps=st.integers(0, 6),
    end=st.sampled_from(["nothing", "retract", "reject", "take"]),
    damaged=st.booleans(),
    choice=st.randoms(use_true_random=False),
)
def test_a_withdrawal_is_never_judged_against_the_truth(
    earlier, dispensing, presenting, steps, end, damaged, choice
):
    story = Story()
    book = Book()
    if earlier:
        first = reading(story.answers())
        book = book.recounted(first.units.loaded).dispensing(
            "e" * 32, first.units.counts, first.present
        )
        for act, *more in (
            (dispenser.begin_dispense, "e" * 32, NOTES),
            (dispenser.end_dispense,),
            (dispenser.present, "e" * 32),
            (dispenser.customer_takes,),
        ):
            story.do(act, *more)
    now = reading(story.answers())
    book = book if book.loaded is not None else book.recounted(now.units.loaded)
    before = judged(book, story.answers())
    book = book.dispensing(UID, now.units.counts, now.present)
    acts = [
        (lambda s: dispenser.begin_dispense(s, UID, NOTES), dispensing),
        (dispenser.end_dispense, dispensing),
        (lambda s: dispenser.present(s, UID), presenting),
        (dispenser.customer_takes, presenting),
    ]
    for act, fault in acts[:steps]:
        if act is dispenser.end_dispense and story.state.outgoing.place is not Place.TRANSPORT:
            break
        story.arm(fault)
        story.do(act)
        if act is dispenser.end_dispense and dispensing is Fault.PARTIAL:
            # The kiosk presents nothing but the whole sum.
            break
    story.arm(None)
    last = {"retract": dispenser.retract, "reject": dispenser.reject}.get(end)
    if last is not None:
        story.do(last, UID)
    elif end == "take":
        story.do(dispenser.customer_takes)

    said = without(story.answers(), choice.randrange) if damaged else story.answers()
    try:
        after = judged(book, said)
    except NoUnits:
        return
    finding = find_outgoing(UID, AMOUNT, before.counters, after)
    truth = story.state.evidence.get(UID)
    taken = 0 if truth is None else truth.taken
    if taken:
        assert finding not in SURELY_NOT
        assert finding is not Finding.STACKED
        assert finding is not Finding.RETRACTED
    if finding is Finding.TAKEN:
        assert taken == AMOUNT
    if finding is Finding.RETRACTED:
        assert truth is not None
        assert truth.retr == AMOUNT
    out = story.state.outgoing
    told_whole = out.uid == UID and story.state.tray_minor in (0, AMOUNT)
    if told_whole and not damaged and out.place in (Place.STACKED, Place.PRESENTED, Place.TAKEN):
        # A machine that tells everything is understood, too.
        assert finding is not Finding.UNCERTAIN


@settings(max_examples=100, deadline=None)
@given(
    inserted=st.lists(st.sampled_from([5000, 2000, 1000, 700]), max_size=6),
    stage=st.sampled_from(["open", "store", "store jam", "return", "retract", "return, retract"]),
    ordered=st.booleans(),
    taken=st.booleans(),
    damaged=st.booleans(),
    choice=st.randoms(use_true_random=False),
)
def test_a_deposit_is_never_judged_against_the_truth(
    inserted, stage, ordered, taken, damaged, choice
):
    story = Story()
    now = reading(story.answers())
    book = Book().recounted(now.units.loaded).accepting(UID, now.units.counts)
    story.begin_cash_in(UID)
    book = book.staged(Stage.OPEN)
    for denomination in inserted:
        story.do(acceptor.insert, denomination, 1)
    story.do(acceptor.close_slot, UID)
    held = story.state.incoming.counted
    before = judged(book, story.answers())
    assert (before.incoming.place, before.incoming.counted) == (Place.ESCROW, held)
    if stage.startswith("store"):
        book = book.staged(Stage.STORING, held)
        story.arm(Fault.STORE_JAM if stage == "store jam" else None)
        if ordered:
            story.do(acceptor.begin_store, UID)
            story.do(acceptor.end_store)
    elif stage.startswith("return"):
        book = book.staged(Stage.RETURNING, held)
        if ordered:
            story.do(acceptor.offer_back, UID)
            if taken:
                story.do(acceptor.customer_takes)
            if stage == "return, retract":
                story.do(acceptor.retract, UID)
    elif stage == "retract" and ordered:
        story.do(acceptor.retract, UID)

    said = without(story.answers(), choice.randrange) if damaged else story.answers()
    try:
        after = judged(book, said)
    except NoUnits:
        return
    place = find_incoming(UID, before.counters, after)
    truth = story.state.evidence.get(UID)
    given = 0 if truth is None else truth.given
    sum_told = total_minor(after.incoming.counted)
    if place is Place.STORED:
        assert given == sum_told == total_minor(held)
    if place is Place.RETRACTED:
        assert truth is not None or not held
        assert sum_told == (0 if truth is None else truth.retr)
    if place is Place.TAKEN and held:
        assert truth is not None
        assert truth.ret == total_minor(held)
    if given:
        assert place in (None, Place.STORED)
    if not damaged and ordered and stage == "store" and held:
        assert place is Place.STORED
        assert counts(after.incoming.counted) == counts(held)


def test_counts_that_fall_are_a_persons_doing() -> None:
    story = Story()
    now = reading(story.answers())
    book = Book().recounted(now.units.loaded)
    story.do(dispenser.begin_dispense, UID, NOTES)
    story.do(dispenser.end_dispense)
    story.do(dispenser.reject, UID)
    used = reading(story.answers())
    book = book.dispensing(UID, used.units.counts, used.present)
    assert not recounted(book, used.units)
    assert recounted(book, now.units)


def test_a_machine_without_what_the_evidence_rests_on_is_not_used() -> None:
    said = answers.capabilities("both", 3)
    good = Found("ws://127.0.0.1/x", said)
    assert shortcomings(Machine(good, good)) == ()
    for part, member in (
        ("cashDispenser", "intermediateStacker"),
        ("cashDispenser", "itemsTakenSensor"),
        ("cashDispenser", "shutterControl"),
        ("cashDispenser", "retractAreas"),
        ("cashAcceptor", "intermediateStacker"),
        ("cashAcceptor", "shutterControl"),
        ("cashAcceptor", "cashInLimit"),
    ):
        worse = Found("ws://127.0.0.1/x", said | {part: said[part] | {member: None}})
        assert len(shortcomings(Machine(worse, worse))) == 1, member
