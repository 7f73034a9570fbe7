"""Tries and locks: by finger, by number, by terminal; and what a stranger learns from them."""

import secrets

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode


def test_three_failures_lock_until_a_fresh_finger(world, atm) -> None:
    pin = world.people["amara"].pin
    factor1 = atm.factor1("amara")
    # Taken before the lock, shown after it: not fresh.
    early = atm.identify(world.people["amara"].pictures[4]).body
    left = [atm.try_pin(factor1, None) for _ in range(3)]
    assert [(answer.code, answer.body["tries_left"]) for answer in left] == [
        ("rejected", 2),
        ("rejected", 1),
        ("rejected", 0),
    ]
    for record in (factor1, early):
        locked = atm.try_pin(record, pin)
        assert (locked.status, locked.code, locked.body["unlock"]) == (423, "locked", "finger")
    # The last try says already what the next would say, under a reference that is in the audit log.
    assert [answer.body.get("unlock") for answer in left] == [None, None, "finger"]
    assert world.sql(
        "select event from audit where detail->>'reference' = %s", left[2].body["reference"]
    ) == [("pin rejected",)]
    fresh = atm.identify(world.people["amara"].pictures[5]).body
    assert atm.try_pin(fresh, pin).status == 200


def test_a_fresh_finger_gives_three_tries_and_ten_in_all(world) -> None:
    pin = world.people["bo"].pin
    tried = []
    for _ in range(4):
        # Other terminals: the lock is the customer's.
        atm = world.terminal()
        world.sql("delete from probes")
        factor1 = atm.factor1("bo")
        tried += [atm.try_pin(factor1, None) for _ in range(3)]
    assert [answer.code for answer in tried] == ["rejected"] * 10 + ["locked"] * 2
    unlocked_by = [answer.body.get("unlock") for answer in tried]
    assert unlocked_by == [None, None, "finger"] * 3 + ["branch"] * 3
    world.sql("delete from probes")
    locked = world.terminal()
    assert locked.try_pin(locked.factor1("bo"), pin).code == "locked"


def test_a_fresh_finger_before_the_lock_gives_no_new_tries(world, atm) -> None:
    factor1 = atm.factor1("amara")
    assert atm.try_pin(factor1, None).body["tries_left"] == 2
    fresh = atm.identify(world.people["amara"].pictures[4]).body
    assert atm.try_pin(fresh, None).body["tries_left"] == 1


def test_the_number_has_its_own_counter_and_its_lock_closes_only_that_way(world, atm) -> None:
    pin = world.people["amara"].pin
    by_number = atm.factor1("amara", "number")
    assert [atm.try_pin(by_number, None).code for _ in range(3)] == ["rejected"] * 3
    closed = atm.try_pin(atm.factor1("amara", "number"), pin)
    assert (closed.status, closed.code) == (401, "rejected")
    opened = atm.try_pin(atm.factor1("amara"), pin)
    assert opened.status == 200
    # Finger and PIN open the number's way again.
    again = atm.try_pin(atm.factor1("amara", "number"), pin)
    assert again.status == 200
    assert again.body["finger"] is False


def test_a_lock_of_the_finger_leaves_the_number_open_and_locked_itself(world, atm) -> None:
    pin = world.people["amara"].pin
    factor1 = atm.factor1("amara")
    for _ in range(3):
        atm.try_pin(factor1, None)
    assert atm.try_pin(atm.factor1("amara", "number"), pin).status == 200
    assert atm.try_pin(factor1, pin).code == "locked"


@pytest.mark.parametrize("number", ["known", "9999999995", "nobody.at.all", "+4915199999999"])
def test_nobodys_number_is_answered_like_anybodys(world, number) -> None:
    """Code, shape and order of answers, up to the lock and beyond it."""
    atm = world.terminal()
    typed = world.people["amara"].number if number == "known" else number

    def shape(answer):
        return (answer.status, answer.code, sorted(answer.body))

    seen = []
    for _ in range(5):
        found = atm.call("/v1/lookup", {"number": typed})
        seen.append(shape(found))
        body = atm.start_body(found.body["account"], record=found.body["record"])
        started = atm.start(body)
        seen.append(shape(started))
        if started.status == 200:
            token = started.body["token"]
            seen.append(shape(atm.finish(body, token, encode(secrets.token_bytes(64)))))
    lookup = (200, "", ["account", "expires_at", "record"])
    start = (200, "", ["evaluated", "ksf", "token", "ver"])
    members = ["code", "detail", "status", "title", "type"]
    rejected = (401, "rejected", members)
    assert seen == [lookup, start, rejected] * 3 + [lookup, rejected] * 2


def test_nobodys_number_has_always_the_same_credential_version_and_function(world, atm) -> None:
    one = atm.call("/v1/lookup", {"number": "nobody"}).body
    two = atm.call("/v1/lookup", {"number": " NOBODY "}, server="B").body
    assert one["account"] == two["account"]
    assert one["record"] != two["record"]
    answers = [
        atm.start(atm.start_body(found["account"], record=found["record"], blinded=blinded), server)
        for found, server in ((one, "A"), (two, "B"))
        for blinded in [_fixed_blind(one["account"])]
    ]
    assert answers[0].body["ver"] == answers[1].body["ver"]
    assert answers[0].body["evaluated"] == answers[1].body["evaluated"]


def _fixed_blind(account: str):
    from Crypto.Math.Numbers import Integer

    from protocol.pin.prover import blind_pin

    return blind_pin(decode(account), b"482915", Integer(12345))


def test_thirty_unsuccessful_starts_an_hour_a_terminal(world, atm) -> None:
    numbers = [f"nobody{place}" for place in range(31)]
    pin = world.people["amara"].pin

    def start(number: str):
        found = atm.call("/v1/lookup", {"number": number}).body
        return atm.start(atm.start_body(found["account"], record=found["record"]))

    # A success gives its start back.
    assert atm.try_pin(atm.factor1("amara"), pin).status == 200
    assert [start(number).status for number in numbers[:30]] == [200] * 30
    refused = start(numbers[30])
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert 0 < refused.body["retry_after_s"] <= 3600
    assert world.terminal().call("/v1/lookup", {"number": "nobody"}).status == 200
    world.sql(
        "update pin_attempts set started_at = started_at - interval '1 hour' where terminal = %s",
        atm.name,
    )
    assert start(numbers[30]).status == 200


class Tries(RuleBasedStateMachine):
    """The counters against a model, over any order of tries, fingers and servers."""

    world = None

    @initialize()
    def begin(self) -> None:
        self.world.forget_tries()
        self.world.sql("delete from probes")
        self.atm = self.world.terminal()
        self.pin = self.world.people["chiara"].pin
        self.in_a_row = self.total = self.by_number = 0
        self.fresh = False
        self.touch()

    @rule()
    def touch(self) -> None:
        self.world.sql("delete from probes")
        self.finger = self.atm.factor1("chiara")
        self.fresh = True

    @rule(right=st.booleans(), server=st.sampled_from("AB"))
    def by_finger(self, right: bool, server: str) -> None:
        self._give_starts_back()
        answer = self.atm.try_pin(
            self.finger, self.pin if right else None, at_start=server, at_finish=server
        )
        if self.total >= 10 or (self.in_a_row >= 3 and not self.fresh):
            assert answer.code == "locked"
            return
        self.in_a_row = 1 if self.in_a_row >= 3 else self.in_a_row + 1
        self.total += 1
        self.fresh = False
        if right:
            assert answer.status == 200
            self.in_a_row = self.total = self.by_number = 0
            # The record opened its session; the next visit brings a new one.
            self.touch()
        else:
            assert answer.code == "rejected"
            assert answer.body["tries_left"] == max(0, min(3 - self.in_a_row, 10 - self.total))

    @rule(right=st.booleans())
    def with_number(self, right: bool) -> None:
        self._give_starts_back()
        answer = self.atm.try_pin(self.atm.factor1("chiara", "number"), self.pin if right else None)
        if self.by_number >= 3 or not right:
            assert answer.code == "rejected"
            assert "tries_left" not in answer.body
            self.by_number = min(3, self.by_number + 1)
        else:
            assert answer.status == 200
            self.by_number = 0

    @invariant()
    def counters_agree(self) -> None:
        rows = self.world.sql(
            "select finger_tries, finger_total, number_tries from pin_tries where account = %s",
            decode(self.finger["account"]),
        )
        assert (rows or [(0, 0, 0)]) == [(self.in_a_row, self.total, self.by_number)]

    def _give_starts_back(self) -> None:
        self.world.sql("update pin_attempts set succeeded = true")


def test_tries_hold_in_any_order(world) -> None:
    machine = type("TriesHere", (Tries,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=6, stateful_step_count=14, deadline=None),
    )
