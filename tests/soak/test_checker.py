"""The judge finds every error that is planted in a bank, and none in one without."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.soak import customer
from benchmarks.soak.checker import judge
from benchmarks.soak.customer import Customer, Record
from benchmarks.soak.history import History
from tests.soak.small_bank import SmallBank, SmallLine

RING = frozenset({"1000000001", "1000000002", "1000000003"})
OTHERS = ("2000000001", "2000000002")


def play(seed: int, planted: str = "", acts: int = 150) -> History:
    rng = Random(seed)
    opening = dict.fromkeys(RING, 20_000) | dict.fromkeys(OTHERS, 15_000)
    bank = SmallBank(opening, rng, planted)
    record = Record()
    circle = Customer(
        SmallLine(bank, rng, RING), tuple(sorted(RING)), tuple(sorted(RING)), record, rng,
        pays_only=True,
    )  # fmt: skip
    plain = Customer(SmallLine(bank, rng, RING), OTHERS, OTHERS, record, rng)
    for _ in range(acts):
        rng.choice((circle, plain)).act()
    return History(
        opening,
        tuple(record.exchanges),
        tuple(record.reads),
        tuple(record.sweeps),
        bank.statements(),
        RING,
    )


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer, "AGAIN_S", 0.0)


def test_a_bank_without_errors_is_not_accused() -> None:
    words: set[str] = set()
    for seed in range(4):
        history = play(seed)
        assert judge(history) == ()
        words |= {outcome.outcome for e in history.exchanges if (outcome := e.outcome())}
        assert {e.status for e in history.exchanges} == {0, 200, 422}
        assert history.reads
        assert history.sweeps
    assert words == {"held", "posted", "voided", "tombstoned", "suspended", "refused"}


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("lost_write", "lost_write"),
        ("double_apply", "double_apply"),
        ("torn_read", "torn_read"),
        ("negative_balance", "negative_balance"),
        ("other_body", "other_body"),
        ("no_tombstone", "no_tombstone"),
        ("changed_answer", "changed_answer"),
        ("double_settlement", "double_settlement"),
        ("lost_hold", "lost_hold"),
        ("stale_read", "stale_read"),
    ],
)
def test_a_planted_error_is_found(planted: str, found: str) -> None:
    kinds = {violation.kind for violation in judge(play(1, planted, 250))}
    assert found in kinds


def test_a_request_nobody_answered_is_found() -> None:
    history = play(2)
    uid = history.exchanges[0].order.uid
    silent = tuple(e if e.order.uid != uid else replace(e, status=503) for e in history.exchanges)
    found = judge(replace(history, exchanges=silent))
    assert ("undecided", uid) in {(v.kind, v.detail[:32]) for v in found}


def test_a_decision_about_something_else_is_found() -> None:
    history = play(3)
    place, one = next(
        (n, e) for n, e in enumerate(history.exchanges) if e.status == 200 and e.order.source
    )
    other = one.order.model_copy(update={"amount_minor": one.order.amount_minor + 7})
    exchanges = list(history.exchanges)
    exchanges[place] = replace(one, order=other)
    assert "wrong_answer" in {v.kind for v in judge(replace(history, exchanges=tuple(exchanges)))}


def test_a_changed_sum_and_a_wrong_final_balance_are_found() -> None:
    history = play(0)
    first = history.statements[0]
    row = first.rows[-1]
    changed = row.model_copy(update={"amount_minor": row.amount_minor + 1})
    worse = replace(first, rows=(*first.rows[:-1], changed), booked_minor=first.booked_minor + 1)
    found = judge(replace(history, statements=(worse, *history.statements[1:])))
    assert {"wrong_posting", "wrong_balance"} <= {violation.kind for violation in found}
