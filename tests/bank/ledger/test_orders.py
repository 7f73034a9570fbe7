"""Authorise and transfer: what the bank decides, and for which reason it refuses."""

import uuid
from dataclasses import replace

import pytest

from bank.ledger.errors import OtherBody
from tests.bank.ledger.conftest import Ledger


def test_authorise_makes_a_hold(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 50_000)
    item = ledger.item("authorise", 18_000, source=account, session=ledger.session(customer))
    stored = ledger.done(item)
    assert (stored.outcome, stored.reason, stored.entry) == ("held", None, None)
    assert ledger.balance(account) == (50_000, 18_000)
    ledger.check()


def test_replay_is_the_stored_decision(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 10_000)
    item = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    first = ledger.done(item)
    assert (first.outcome, first.reason) == ("refused", "insufficient_funds")
    ledger.done(ledger.item("credit", 50_000, target=account))
    [again] = ledger.decide(item)
    assert (again.status, again.stored) == ("replayed", first)
    known = ledger.replay(item)
    assert known is not None
    assert known.stored == first
    other = replace(item, signed=replace(item.signed, body_hash=bytes(32)))
    assert [decision.status for decision in ledger.decide(other)] == ["other_body"]
    with pytest.raises(OtherBody):
        ledger.done(other)
    assert ledger.replay(ledger.item("case", 1)) is None


def test_reasons(ledger: Ledger) -> None:
    customer, stranger = ledger.customer(), ledger.customer()
    account, theirs = ledger.account(customer), ledger.account(stranger)
    session = ledger.session(customer)
    closed = ledger.account(customer, 0)
    assert ledger.close(closed) == "done"
    foreign = ledger.account(customer, 0, "CHF")
    ended = ledger.session(customer)
    ledger.sql("update sessions set ended_at = now() where id_hash = %s", ended)
    idle = ledger.session(customer)
    ledger.sql("update sessions set idle_until = now() - interval '1 s' where id_hash = %s", idle)
    over = ledger.session(customer)
    ledger.sql("update sessions set expires_at = now() - interval '1 s' where id_hash = %s", over)
    elsewhere = ledger.session(customer, terminal="ATM-0002")

    def refused(amount_minor: int, kind: str = "authorise", **members: object) -> str | None:
        asked = {"source": account, "session": session} | members
        stored = ledger.done(ledger.item(kind, amount_minor, **asked))
        assert stored.outcome == "refused"
        assert stored.entry is None
        return stored.reason

    for dead in (ended, idle, over, elsewhere, bytes(32)):
        assert refused(2_000, session=dead) == "session_ended"
    assert refused(2_000, source="0000000000") == "account_unknown"
    assert refused(2_000, source=theirs) == "not_your_account"
    assert refused(2_000, source=closed) == "account_closed"
    assert refused(2_000, currency="CHF") == "currency"
    assert refused(2_000, source=foreign, currency="CHF") == "currency"
    assert refused(999) == "limit_each"
    assert refused(50_001, pin="accepted", customer=customer) == "limit_each"
    assert refused(30_001) == "pin_required"
    assert refused(30_001, pin="accepted", customer=stranger) == "pin_required"
    assert refused(2_000, pin="refused") == "pin_refused"
    transfer = {"kind": "transfer", "pin": "accepted", "customer": customer}
    assert refused(2_000, **(transfer | {"pin": "absent"}), target=theirs) == "pin_required"
    assert refused(2_000, **transfer, target="0000000000") == "payee_unknown"
    assert refused(2_000, **transfer, target=account) == "same_account"
    assert refused(2_000, **transfer, target=closed) == "account_closed"
    assert refused(2_000, **transfer, target=foreign) == "currency"
    assert refused(100_001, **transfer, target=theirs) == "insufficient_funds"
    assert refused(500_001, **transfer, target=theirs) == "limit_day"
    assert ledger.balance(account) == (100_000, 0)
    ledger.check()


def test_step_up_with_the_pin_is_held(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer)
    item = ledger.item(
        "authorise",
        30_001,
        source=account,
        session=ledger.session(customer),
        pin="accepted",
        customer=customer,
    )
    assert ledger.done(item).outcome == "held"


def test_day_limit_counts_holds_and_voids_give_back(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 1_000_000)
    session = ledger.session(customer)

    def ask(amount_minor: int) -> tuple[str, str | None, uuid.UUID]:
        item = ledger.item(
            "authorise", amount_minor, source=account, session=session,
            pin="accepted", customer=customer,
        )  # fmt: skip
        stored = ledger.done(item)
        return stored.outcome, stored.reason, item.uid

    _, _, first = ask(50_000)
    assert ask(50_000)[0] == "held"
    assert ask(1_000)[:2] == ("refused", "limit_day")
    assert ledger.done(ledger.item("reversal", 50_000, original=first)).outcome == "voided"
    assert ask(50_000)[0] == "held"
    assert ask(1_000)[:2] == ("refused", "limit_day")


def test_a_new_business_day_has_its_own_limit(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 1_000_000)
    session = ledger.session(customer)
    ask = {"source": account, "session": session}
    old = ledger.item("authorise", 30_000, **ask)
    assert ledger.done(old).outcome == "held"
    ledger.sql(
        "update customer_usage set day = day - 1, withdrawn_minor = 100000 where customer = %s",
        customer,
    )
    ledger.sql("update holds set day = day - 1 where uid = %s", old.uid)
    assert ledger.done(ledger.item("authorise", 30_000, **ask)).outcome == "held"
    # What yesterday's hold gives back is yesterday's.
    assert ledger.done(ledger.item("reversal", 30_000, original=old.uid)).outcome == "voided"
    used = "select withdrawn_minor from customer_usage where customer = %s"
    assert ledger.one(used, customer) == 30_000
    ledger.check()


def test_the_business_day_never_goes_back(ledger: Ledger) -> None:
    today = ledger.one("select ledger_day('Europe/Berlin')")
    ledger.sql("update business_day set day = day + 1")
    assert (ledger.one("select ledger_day('Europe/Berlin')") - today).days == 1
    with pytest.raises(Exception, match="only moves forward"):
        ledger.sql("update business_day set day = day - 1")


def test_without_a_finger_the_limits_are_lower(ledger: Ledger) -> None:
    customer, payee = ledger.customer(), ledger.customer()
    account, target = ledger.account(customer), ledger.account(payee)
    session = ledger.session(customer, finger=False)
    ask = {"source": account, "session": session, "pin": "accepted", "customer": customer}
    assert ledger.done(ledger.item("authorise", 15_000, **ask)).outcome == "held"
    assert ledger.done(ledger.item("authorise", 6_000, **ask)).reason == "limit_day"
    transfer = ledger.item("transfer", 6_000, target=target, **ask)
    assert ledger.done(transfer).reason == "limit_day"
    with_finger = ask | {"session": ledger.session(customer)}
    assert ledger.done(ledger.item("authorise", 6_000, **with_finger)).outcome == "held"


def test_a_terminal_pays_no_more_than_it_was_loaded_with(ledger: Ledger) -> None:
    terminal = ledger.terminal("ATM-SMALL", loaded_minor=25_000)
    customer = ledger.customer()
    account = ledger.account(customer)
    session = ledger.session(customer, terminal=terminal)
    ask = {"terminal": terminal, "source": account, "session": session}
    first = ledger.item("authorise", 20_000, **ask)
    assert ledger.done(first).outcome == "held"
    assert ledger.done(ledger.item("authorise", 10_000, **ask)).reason == "limit_terminal"
    confirm = ledger.item("confirm", 10_000, terminal=terminal, original=first.uid)
    assert ledger.done(confirm).outcome == "posted"
    assert ledger.done(ledger.item("authorise", 10_000, **ask)).outcome == "held"


def test_transfer_books_both_legs(ledger: Ledger) -> None:
    customer, other = ledger.customer(), ledger.customer()
    account, target = ledger.account(customer, 5_000), ledger.account(other, 0)
    item = ledger.item(
        "transfer", 1_234, source=account, target=target, session=ledger.session(customer),
        pin="accepted", customer=customer,
    )  # fmt: skip
    stored = ledger.done(item)
    assert stored.outcome == "posted"
    assert stored.entry is not None
    assert (ledger.balance(account), ledger.balance(target)) == ((3_766, 0), (1_234, 0))
    ledger.check()


def test_held_money_cannot_be_transferred_and_an_account_in_use_not_closed(ledger: Ledger) -> None:
    customer = ledger.customer()
    account, target = ledger.account(customer, 10_000), ledger.account(ledger.customer(), 0)
    session = ledger.session(customer)
    hold = ledger.item("authorise", 8_000, source=account, session=session)
    assert ledger.done(hold).outcome == "held"
    transfer = ledger.item(
        "transfer", 2_001, source=account, target=target, session=session,
        pin="accepted", customer=customer,
    )  # fmt: skip
    assert ledger.done(transfer).reason == "insufficient_funds"
    assert ledger.close(account) == "has_holds"
    ledger.done(ledger.item("reversal", 8_000, original=hold.uid))
    assert ledger.close(account) == "has_money"
    assert ledger.close("0000000000") == "unknown"
    assert ledger.close(target) == "done"
    assert ledger.close(target) == "already_closed"


def test_a_batch_is_decided_in_its_order(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 30_000)
    session = ledger.session(customer)
    first = ledger.item("authorise", 20_000, source=account, session=session)
    second = ledger.item("authorise", 20_000, source=account, session=session)
    reversal = ledger.item("reversal", 20_000, original=first.uid)
    third = ledger.item("authorise", 30_000, source=account, session=session)
    decisions = ledger.decide(first, second, reversal, third, first)
    assert [decision.status for decision in decisions] == ["decided"] * 4 + ["replayed"]
    outcomes = [decision.final().outcome for decision in decisions]
    assert outcomes == ["held", "refused", "voided", "held", "held"]
    assert ledger.balance(account) == (30_000, 30_000)
    with pytest.raises(ValueError, match="batch"):
        ledger.decide(*[first] * 65)


def test_using_a_session_keeps_it_open(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer)
    session = ledger.session(customer)
    ledger.sql(
        "update sessions set refreshed_at = now() - interval '30 s',"
        " idle_until = now() + interval '5 s' where id_hash = %s",
        session,
    )
    ledger.done(ledger.item("authorise", 2_000, source=account, session=session))
    left = "select idle_until > now() + interval '60 s' from sessions where id_hash = %s"
    assert ledger.one(left, session)
