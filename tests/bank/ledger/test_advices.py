"""Confirm, reversal, credit, case, settle: what has happened is always recorded."""

from dataclasses import replace

from bank.ledger.item import Item
from tests.bank.ledger.conftest import Ledger


def _held(ledger: Ledger, amount_minor: int = 20_000) -> tuple[Item, str]:
    customer = ledger.customer()
    account = ledger.account(customer)
    item = ledger.item("authorise", amount_minor, source=account, session=ledger.session(customer))
    assert ledger.done(item).outcome == "held"
    return item, account


def _case_sum(ledger: Ledger, number: str | None) -> int:
    return int(ledger.one("select amount_minor from cases where number = %s", number))


def test_confirm_posts_a_part_and_voids_the_rest(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    stored = ledger.done(ledger.item("confirm", 15_000, original=hold.uid))
    assert (stored.outcome, stored.original) == ("posted", hold.uid)
    assert ledger.balance(account) == (85_000, 0)
    ledger.check()


def test_a_second_confirm_of_another_sum_goes_to_suspense(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    ledger.done(ledger.item("confirm", 20_000, original=hold.uid))
    stored = ledger.done(ledger.item("confirm", 15_000, original=hold.uid))
    assert (stored.outcome, stored.reason) == ("suspended", "already_posted")
    assert stored.entry is not None
    assert _case_sum(ledger, stored.case_number) == 15_000
    assert ledger.balance(account) == (80_000, 0)
    ledger.check()


def test_a_payout_that_is_reported_again_is_the_posting_that_there_is(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    first = ledger.done(ledger.item("confirm", 15_000, original=hold.uid))
    entries = ledger.one("select count(*) from entries")
    again = ledger.item("confirm", 15_000, original=hold.uid)
    stored = ledger.done(again)
    assert (stored.outcome, stored.reason, stored.entry) == ("posted", None, first.entry)
    assert stored.case_number is None
    assert ledger.decide(again)[0].status == "replayed"
    assert ledger.one("select count(*) from entries") == entries
    assert ledger.balance(account) == (85_000, 0)
    ledger.check()


def test_confirm_of_a_void_or_too_small_hold_goes_to_suspense(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    above = ledger.done(ledger.item("confirm", 20_001, original=hold.uid))
    assert (above.outcome, above.reason) == ("suspended", "insufficient_funds")
    assert ledger.balance(account) == (100_000, 20_000)
    ledger.done(ledger.item("reversal", 20_000, original=hold.uid))
    stored = ledger.done(ledger.item("confirm", 20_000, original=hold.uid))
    assert (stored.outcome, stored.reason) == ("suspended", "hold_void")
    assert ledger.balance(account) == (100_000, 0)
    ledger.check()


def test_confirm_of_an_unknown_order_leaves_a_tombstone(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer)
    order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    stored = ledger.done(ledger.item("confirm", 20_000, original=order.uid))
    assert (stored.outcome, stored.reason) == ("suspended", "hold_void")
    late = ledger.done(order)
    assert (late.outcome, late.reason) == ("refused", "tombstoned")
    ledger.check()


def test_reversal_of_held_once_and_again(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    reversal = ledger.item("reversal", 20_000, original=hold.uid)
    assert ledger.done(reversal).outcome == "voided"
    assert ledger.decide(reversal)[0].status == "replayed"
    assert ledger.done(ledger.item("reversal", 20_000, original=hold.uid)).outcome == "voided"
    assert ledger.balance(account) == (100_000, 0)
    settled = "select count(*) from hold_settlements where hold = %s"
    assert ledger.one(settled, hold.uid) == 1


def test_reversal_of_what_never_arrived_refuses_the_late_original(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer)
    order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    bare = ledger.item("reversal", 20_000, original=order.uid)
    assert ledger.done(bare).outcome == "tombstoned"
    late = ledger.done(order)
    assert (late.outcome, late.reason) == ("refused", "tombstoned")
    assert ledger.balance(account) == (100_000, 0)


def test_a_carried_original_fills_its_gap(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer)
    order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    reversal = replace(
        ledger.item("reversal", 20_000, original=order.uid), carried=ledger.carried(order)
    )
    assert ledger.done(reversal).outcome == "tombstoned"
    link = "select uid from chain_links where terminal = %s and chain = %s and seq = %s"
    signed = order.signed
    assert ledger.one(link, order.terminal, signed.chain, signed.seq) == order.uid
    kept = "select jws from signed_requests where terminal = %s and uid = %s"
    assert ledger.one(kept, order.terminal, order.uid) == signed.jws
    [late] = ledger.decide(order)
    assert late.status == "replayed"
    assert (late.final().outcome, late.final().reason) == ("refused", "tombstoned")
    other = replace(order, signed=replace(signed, body_hash=bytes(32)))
    assert ledger.decide(other)[0].status == "other_body"


def test_reversal_of_refused_and_of_posted(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 1_000)
    refused = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    assert ledger.done(refused).outcome == "refused"
    assert ledger.done(ledger.item("reversal", 20_000, original=refused.uid)).outcome == (
        "tombstoned"
    )
    hold, paid = _held(ledger)
    ledger.done(ledger.item("confirm", 20_000, original=hold.uid))
    stored = ledger.done(ledger.item("reversal", 20_000, original=hold.uid))
    assert (stored.outcome, stored.reason, stored.entry) == ("suspended", "already_posted", None)
    assert _case_sum(ledger, stored.case_number) == 20_000
    assert ledger.balance(paid) == (80_000, 0)


def test_a_reversal_signed_anew_is_the_same_reversal(ledger: Ledger) -> None:
    hold, _ = _held(ledger)
    reversal = ledger.item("reversal", 20_000, original=hold.uid)
    assert ledger.done(reversal).outcome == "voided"
    anew = ledger.item("reversal", 20_000, original=hold.uid, uid=reversal.uid)
    anew = replace(anew, signed=replace(anew.signed, body_hash=reversal.signed.body_hash))
    [decision] = ledger.decide(anew)
    assert decision.status == "replayed"
    kept = "select count(*) from signed_requests where uid = %s"
    assert ledger.one(kept, reversal.uid) == 2


def test_credit(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 0)
    item = ledger.item("credit", 12_500, target=account)
    assert ledger.done(item).outcome == "posted"
    assert ledger.decide(item)[0].status == "replayed"
    assert ledger.balance(account) == (12_500, 0)
    ledger.check()


def test_credit_to_a_closed_or_unknown_account_is_a_case(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 0)
    ledger.close(account)
    for target, reason in ((account, "account_closed"), ("0000000000", "account_unknown")):
        stored = ledger.done(ledger.item("credit", 5_000, target=target))
        assert (stored.outcome, stored.reason, stored.entry) == ("suspended", reason, None)
        assert _case_sum(ledger, stored.case_number) == 5_000
    ledger.check()


def test_credit_above_the_terminals_limits_goes_to_suspense(ledger: Ledger) -> None:
    rules = replace(
        ledger.config,
        deposit_each_minor=50_000,
        deposit_day_minor=80_000,
        deposit_total_minor=100_000,
    )
    terminal = ledger.terminal("ATM-DEPOSITS")
    account = ledger.account(ledger.customer(), 0)

    def credit(amount_minor: int) -> tuple[str, str | None]:
        item = ledger.item("credit", amount_minor, terminal=terminal, target=account)
        stored = ledger.done(item, config=rules)
        return stored.outcome, stored.reason

    assert credit(50_001) == ("suspended", "limit_terminal")
    ledger.sql("update terminal_cash set taken_minor = 0, taken_today_minor = 0")
    assert credit(50_000) == ("posted", None)
    assert credit(30_000) == ("posted", None)
    assert credit(1) == ("suspended", "limit_terminal")
    ledger.sql("update terminal_cash set day = day - 1 where terminal = %s", terminal)
    assert credit(19_999) == ("posted", None)
    assert credit(1) == ("suspended", "limit_terminal")
    assert ledger.balance(account) == (99_999, 0)
    ledger.check()


def test_case_report_is_recorded_and_the_hold_stands(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    stored = ledger.done(
        ledger.item("case", 20_000, original=hold.uid, text="position of the notes unknown")
    )
    assert stored.outcome == "recorded"
    assert _case_sum(ledger, stored.case_number) == 20_000
    assert ledger.balance(account) == (100_000, 20_000)


def test_settle_tells_and_executes_nothing(ledger: Ledger) -> None:
    customer = ledger.customer()
    account, target = ledger.account(customer), ledger.account(ledger.customer(), 0)
    ask = {
        "source": account, "target": target, "session": ledger.session(customer),
        "pin": "accepted", "customer": customer,
    }  # fmt: skip

    def settle(original: Item) -> tuple[str, str | None, str | None]:
        stored = ledger.done(ledger.item("settle", original.amount_minor, original=original.uid))
        return stored.outcome, stored.original_outcome, stored.original_reason

    posted = ledger.item("transfer", 1_000, **ask)
    ledger.done(posted)
    assert settle(posted) == ("posted", "posted", None)
    refused = ledger.item("transfer", 100_000, **ask)
    ledger.done(refused)
    assert settle(refused) == ("tombstoned", "refused", "insufficient_funds")
    lost = ledger.item("transfer", 1_000, **ask)
    assert settle(lost) == ("tombstoned", "tombstoned", None)
    late = ledger.done(lost)
    assert (late.outcome, late.reason) == ("refused", "tombstoned")
    assert settle(lost) == ("tombstoned", "refused", "tombstoned")
    assert ledger.balance(target) == (1_000, 0)


def test_advices_need_no_session_and_have_no_age(ledger: Ledger) -> None:
    hold, account = _held(ledger)
    ledger.sql("delete from sessions")
    ledger.sql("update holds set made_at = made_at - interval '1 year', day = day - 365")
    assert ledger.done(ledger.item("confirm", 20_000, original=hold.uid)).outcome == "posted"
    assert ledger.balance(account) == (80_000, 0)


def test_two_signed_requests_in_one_place_raise_the_fork_alarm(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer(), 0)
    first = ledger.item("credit", 1_000, target=account, seq=10**6)
    second = ledger.item("credit", 1_000, target=account, seq=10**6)
    assert ledger.done(first).outcome == "posted"
    ledger.decide(first)
    forks = "select count(*) from alarms where kind = 'fork' and subject like %s"
    assert ledger.one(forks, "%/1000000") == 0
    assert ledger.done(second).outcome == "posted"
    assert ledger.one(forks, "%/1000000") == 1


def test_gaps_and_old_holds_are_reported_in_time(ledger: Ledger) -> None:
    terminal = ledger.terminal("ATM-GAPS")
    account = ledger.account(ledger.customer(), 0)
    for seq in (0, 1, 5, 4):
        ledger.done(ledger.item("credit", 1_000, terminal=terminal, target=account, seq=seq))
    gaps = "select first_missing, last_missing from ledger_gaps('24 h') where terminal = %s"
    assert ledger.sql(gaps, terminal) == []
    ledger.sql("update chain_gaps set noticed_at = noticed_at - interval '25 h'")
    assert ledger.sql(gaps, terminal) == [(2, 3)]
    hold, _ = _held(ledger)
    ledger.sql("update open_holds set made_at = now() - interval '16 min' where uid = %s", hold.uid)
    assert ledger.one("select ledger_raise_alarms()") >= 2
    assert ledger.one("select ledger_raise_alarms()") == 0
    old = "select count(*) from alarms where kind = 'old_hold' and subject = %s"
    assert ledger.one(old, str(hold.uid)) == 1
