"""Counts beside the journal, the journal's lines, the self-test's verdicts."""

import json
from dataclasses import asdict

import pytest

from kiosk.devices.status import DeviceStatus, Incoming, Outgoing, Place
from kiosk.devices.storage import Bin, Loaded, Storage
from kiosk.journal.record import Record
from kiosk.operator import counts, journal, self_test
from kiosk.operator.screens import Verdict

UID = "0" * 31
SECRET = ("1000000001", "1000000002", "rent for March", "session-hash", "deposit to 1000000001")


def withdrawal(seq: int, word: str, **more: object) -> Record:
    data = {
        "kind": "withdrawal",
        "account": SECRET[0],
        "session": SECRET[3],
        "amount_minor": 9000,
        "notes": {"5000": 1, "2000": 2},
        "retracted": False,
    }
    return Record(seq, 100 + seq, word, f"{UID}{seq % 10}", {**data, **more})


def deposit(seq: int, word: str) -> Record:
    data = {"kind": "deposit", "account": SECRET[0], "counted": {"1000": 3}, "text": SECRET[4]}
    return Record(seq, 100 + seq, word, f"{UID}{seq % 10}", data)


def exchange(seq: int, word: str, purpose: str = "replenish") -> Record:
    rows = [{"unit": "C1", "denomination_minor": 5000, "found": 1, "loaded": 100}]
    sheet = {"purpose": purpose, "rows": rows, "bins_minor": 700}
    data = {"kind": "exchange", "purpose": purpose, "sheet": sheet}
    return Record(seq, 100 + seq, word, f"{UID}{seq % 10}", data)


def storage(count: int) -> Storage:
    cassettes = (
        Loaded("C1", 5000, count, 100, 2500, True),
        Loaded("C2", 2000, 100, 100, 2500, True),
    )
    return Storage("", cassettes, (Bin("reject", 0), Bin("retract", 9000), Bin("deposit", 3000)))


def test_the_journal_counts_what_it_has_seen_since_the_last_exchange() -> None:
    records = [
        withdrawal(1, "DONE"),
        exchange(2, "APPROVED"),
        withdrawal(3, "DONE"),
        withdrawal(4, "REVERSED"),
        withdrawal(5, "REVERSED", retracted=True),
        withdrawal(6, "SUSPENDED"),
        deposit(7, "DONE"),
        deposit(8, "RETURNED"),
    ]
    found = counts.tally(records)
    assert found.since_s == 102
    assert found.paid == {5000: 2, 2000: 4}
    assert (found.deposited_minor, found.retracted_minor, found.in_doubt_minor) == (
        3000,
        9000,
        9000,
    )
    shown = counts.compared(storage(98), found)
    assert [each.paid for each in shown.cassettes] == [2, 4]
    assert [each.gone for each in shown.cassettes] == [2, 0]
    assert [each.journal_minor for each in shown.bins] == [None, 9000, 3000]


def test_a_balance_leaves_the_bins_full_and_a_replenishment_empties_them() -> None:
    records = [deposit(1, "DONE"), exchange(2, "APPROVED", "balance"), deposit(3, "DONE")]
    assert counts.tally(records).deposited_minor == 6000
    assert counts.tally([*records, exchange(4, "APPROVED")]).deposited_minor == 0


def test_two_cassettes_of_one_denomination_are_not_told_apart_by_the_journal() -> None:
    twins = Storage(
        "",
        (Loaded("C1", 5000, 9, 10, 50, True), Loaded("C2", 5000, 10, 10, 50, True)),
        (),
    )
    assert [c.paid for c in counts.compared(twins, counts.Tally()).cassettes] == [None, None]


def test_lines_of_the_journal_hold_nothing_of_a_customers() -> None:
    records = [
        Record(1, 1, "OPENED", "", {"terminal": "ATM-1", "chain": "c", "kind": SECRET[0]}),
        withdrawal(2, "DONE"),
        deposit(3, "DONE"),
        exchange(4, "SHEET"),
        Record(5, 5, "OUT_OF_SERVICE", "service", {"kind": "service", "person": "p-1"}),
        Record(6, 6, "ALARM", "", {"kind": "confirm", "advice": "x", "of": f"{UID}2"}),
        Record(
            7,
            7,
            "INTENT",
            f"{UID}7",
            {
                "kind": "transfer",
                "amount_minor": 100,
                "payee": SECRET[1],
                "text": SECRET[2],
                "account": SECRET[0],
            },
        ),
    ]
    lines, older = journal.page(records, None, 10)
    said = json.dumps([asdict(each) for each in lines])
    assert not [secret for secret in (*SECRET, "p-1", "ATM-1") if secret in said]
    assert not older
    assert [line.seq for line in lines] == [7, 6, 5, 4, 3, 2, 1]
    assert [line.kind for line in lines][1:] == [
        "confirm",
        "service",
        "exchange",
        "deposit",
        "withdrawal",
        "journal",
    ]
    assert lines[3].amount_minor == 500_000


@pytest.mark.parametrize(
    ("before", "first", "older"), [(None, 50, True), (12, 11, True), (4, 3, False)]
)
def test_pages_follow_each_other(before: int | None, first: int, older: bool) -> None:
    records = [withdrawal(seq, "DONE") for seq in range(1, 51)]
    lines, more = journal.page(records, before, 4)
    assert (lines[0].seq, more) == (first, older)
    assert len(lines) <= 4


def test_the_self_test_tells_good_from_bad() -> None:
    out, into = Outgoing("", Place.NONE, 0, 0), Incoming("", Place.NONE, (), 0)
    blind = DeviceStatus(None, out, into, (), True, True, True, 0)
    assert self_test.dispenser(None, exchange=False).finding == "silent"
    assert self_test.acceptor(blind, exchange=False).verdict is Verdict.BAD
    assert self_test.bank([("A", True), ("B", False)]).verdict is Verdict.WATCH
    assert self_test.bank([("A", False)]).verdict is Verdict.BAD
    assert self_test.clock(1000, 1299).verdict is Verdict.GOOD
    assert self_test.clock(1000, 1301).finding == "behind"
    assert self_test.clock(10**9, 1).finding == "ahead"
    assert self_test.disk(10_000, None).verdict is Verdict.BAD
    assert self_test.disk(63, 1).finding == "full"
    assert self_test.disk(511, 1).finding == "low"
    assert self_test.disk(10_000, 501).finding == "slow"
    assert self_test.disk(10_000, 5).verdict is Verdict.GOOD
    assert self_test.journal(True, None).verdict is Verdict.BAD
    assert self_test.journal(True, 2).figure == "2"
    assert self_test.reader(fitted=False, there=False).verdict is Verdict.ABSENT
    assert self_test.printer(fitted=True, ready=False).verdict is Verdict.BAD
