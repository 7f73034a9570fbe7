"""A case is closed by two people who found the same, and by a new entry."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from bank.cases.closing import Closing, close_case
from protocol.messages.cases import CaseFinding, Verdict
from tests.bank.ledger.conftest import Ledger

ONE, OTHER = uuid.uuid4(), uuid.uuid4()


def find(
    ledger: Ledger,
    number: str | None,
    person: UUID,
    verdict: Verdict,
    amount_minor: int = 0,
    account: str | None = None,
) -> Any:
    finding = CaseFinding(
        number=number or "",
        verdict=verdict,
        amount_minor=amount_minor,
        account=account,
        reason="counted by hand",
    )
    return ledger.run(
        lambda connection: close_case(
            connection,
            finding,
            act=uuid.uuid4().hex,
            person=person,
            time_zone=ledger.config.time_zone,
        )
    )


def both(ledger: Ledger, number: str | None, *finding: Any) -> Any:
    assert find(ledger, number, ONE, *finding) == Closing(closed=False, entry=None)
    return find(ledger, number, OTHER, *finding)


def suspended_withdrawal(ledger: Ledger) -> tuple[str | None, str]:
    """A hold of 200.00 whose machine does not know where the notes are."""
    customer = ledger.customer()
    account = ledger.account(customer)
    order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    assert ledger.done(order).outcome == "held"
    report = ledger.item("case", 20_000, original=order.uid, text="position unknown")
    return ledger.done(report).case_number, account


def used_today(ledger: Ledger, account: str) -> int:
    return int(
        ledger.one(
            "select withdrawn_minor from customer_usage u join accounts a"
            " on a.customer = u.customer where a.number = %s",
            account,
        )
    )


def test_notes_that_were_paid_out_are_charged(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    closed = both(ledger, number, "charge", 20_000)
    assert closed.closed
    assert ledger.balance(account) == (80_000, 0)
    assert ledger.sql("select kind, text from entries where id = %s", closed.entry) == [
        ("correction", number)
    ]
    ledger.check()


def test_a_part_that_was_paid_out_is_charged_and_the_rest_given_back(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    assert both(ledger, number, "charge", 5_000).closed
    assert ledger.balance(account) == (95_000, 0)
    assert used_today(ledger, account) == 5_000
    ledger.check()


def test_notes_that_never_left_cost_nothing(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    closed = both(ledger, number, "nothing")
    assert closed == Closing(closed=True, entry=None)
    assert ledger.balance(account) == (100_000, 0)
    assert used_today(ledger, account) == 0
    ledger.check()


def test_closing_waits_for_a_batch_of_movements_and_the_batch_does_not_wait_for_it(
    ledger: Ledger,
) -> None:
    number, account = suspended_withdrawal(ledger)
    assert not find(ledger, number, ONE, "charge", 20_000).closed
    locked = threading.Event()

    def batch() -> None:
        """Locks as a batch does: the account, then what its customer has used of the limits."""
        with psycopg.connect(ledger.urls.owner) as connection:
            connection.execute(
                "select 1 from accounts where number = %s for no key update", (account,)
            )
            locked.set()
            while not ledger.one("select count(*) from pg_locks where not granted"):
                time.sleep(0.01)
            connection.execute(
                "select 1 from customer_usage u join accounts a on a.customer = u.customer"
                " where a.number = %s for no key update of u",
                (account,),
            )

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(batch)
        assert locked.wait(20)
        assert find(ledger, number, OTHER, "charge", 20_000).closed
        other.result(20)
    assert ledger.balance(account) == (80_000, 0)


def test_one_person_twice_is_not_two_people(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    for _ in range(3):
        assert not find(ledger, number, ONE, "charge", 20_000).closed
    assert ledger.balance(account) == (100_000, 20_000)


@pytest.mark.parametrize("other", [("charge", 10_000), ("nothing", 0)])
def test_two_who_found_different_things_close_nothing(ledger: Ledger, other: Any) -> None:
    number, account = suspended_withdrawal(ledger)
    assert not find(ledger, number, ONE, "charge", 20_000).closed
    assert not find(ledger, number, OTHER, *other).closed
    assert ledger.balance(account) == (100_000, 20_000)
    assert find(ledger, number, OTHER, "charge", 20_000).closed


def test_what_was_found_anew_no_longer_stands(ledger: Ledger) -> None:
    number, _ = suspended_withdrawal(ledger)
    assert not find(ledger, number, ONE, "charge", 20_000).closed
    assert not find(ledger, number, ONE, "nothing").closed
    assert not find(ledger, number, OTHER, "charge", 20_000).closed
    assert find(ledger, number, ONE, "charge", 20_000).closed


def test_a_closed_case_stays_closed(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    both(ledger, number, "charge", 20_000)
    assert find(ledger, number, uuid.uuid4(), "charge", 20_000) == "already_closed"
    assert ledger.balance(account) == (80_000, 0)


def test_after_closing_the_machines_late_words_change_nothing(ledger: Ledger) -> None:
    """The hold was settled by the case: a reversal that comes after is a case of its own."""
    customer = ledger.customer()
    account = ledger.account(customer)
    order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    ledger.done(order)
    number = ledger.done(ledger.item("case", 20_000, original=order.uid, text="?")).case_number
    both(ledger, number, "charge", 20_000)
    late = ledger.done(ledger.item("reversal", 20_000, original=order.uid))
    assert (late.outcome, late.reason) == ("suspended", "already_posted")
    assert ledger.balance(account) == (80_000, 0)
    ledger.check()


def test_what_cannot_be_is_refused_and_not_kept(ledger: Ledger) -> None:
    number, account = suspended_withdrawal(ledger)
    assert find(ledger, number, ONE, "charge", 20_001) == "more_than_held"
    assert find(ledger, number, ONE, "credit", 20_000, account) == "hold_open"
    assert find(ledger, number, ONE, "charge", 20_000, account) == "hold_open"
    assert find(ledger, "C-99999999", ONE, "nothing") == "unknown"
    assert ledger.one("select count(*) from case_findings where number = %s", number) == 0


def test_a_deposit_nobody_credited_is_credited(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 0)
    report = ledger.item("case", 7_500, original=uuid.uuid4(), text="deposit: jam")
    number = ledger.done(report).case_number
    assert find(ledger, number, ONE, "credit", 7_500) == "account_unknown"
    assert find(ledger, number, ONE, "credit", 7_500, "9999999995") == "account_unknown"
    assert both(ledger, number, "credit", 7_500, account).closed
    assert ledger.balance(account) == (7_500, 0)
    ledger.check()


def test_a_sum_that_the_machine_does_not_know_is_found_by_people(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 0)
    uid = uuid.uuid4()
    answer = ledger.done(ledger.item("case", 0, original=uid, text="deposit: sum not known"))
    assert (answer.outcome, answer.amount_minor) == ("recorded", 0)
    assert ledger.one("select amount_minor from cases where original = %s", uid) is None
    assert both(ledger, answer.case_number, "credit", 6_000, account).closed
    assert ledger.balance(account) == (6_000, 0)
    ledger.check()


def test_a_credit_in_suspense_leaves_it(ledger: Ledger) -> None:
    machine = ledger.terminal(f"ATM-{uuid.uuid4().hex[:6]}")
    account = ledger.account(ledger.customer(), 0)
    above = ledger.config.deposit_each_minor + 1
    stored = ledger.done(ledger.item("credit", above, target=account, terminal=machine))
    assert (stored.outcome, stored.reason) == ("suspended", "limit_terminal")
    in_suspense = "select booked_minor from accounts where kind = 'suspense' and currency = 'EUR'"
    before = ledger.one(in_suspense)
    assert both(ledger, stored.case_number, "credit", above, account).closed
    assert ledger.balance(account) == (above, 0)
    assert ledger.one(in_suspense) == before - above
    ledger.check()


def test_notes_without_a_hold_are_charged_only_if_the_money_is_there(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 15_000)
    stored = ledger.done(ledger.item("confirm", 20_000, original=uuid.uuid4()))
    number = stored.case_number
    assert find(ledger, number, ONE, "charge", 20_000, account) == "insufficient_funds"
    assert both(ledger, number, "charge", 15_000, account).closed
    assert ledger.balance(account) == (0, 0)
    ledger.check()


def test_findings_cannot_be_rewritten(ledger: Ledger) -> None:
    number, _ = suspended_withdrawal(ledger)
    find(ledger, number, ONE, "nothing")
    with pytest.raises(psycopg.errors.RaiseException):
        ledger.sql("update case_findings set person = %s", OTHER)
    with psycopg.connect(ledger.urls.application, autocommit=True) as application:
        for statement in (
            "insert into case_findings (number, act, person, verdict, amount_minor, reason)"
            " select number, gen_random_uuid(), gen_random_uuid(), 'nothing', 0, 'mine' from cases",
            "update cases set closed_at = now()",
            "delete from case_findings",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)
