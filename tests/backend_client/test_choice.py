"""Breakers and policies under a clock that tests turn by hand."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend_client.attempt import Answer, Silence
from backend_client.breaker import (
    FIRST_PROBE_S,
    LONGEST_PROBE_S,
    Breaker,
    after_answer,
    after_silence,
)
from backend_client.errors import BankAway
from backend_client.exchange import Clock
from backend_client.policy import HEALTHY_FOR_S, Policy, ServerState, order
from backend_client.servers import noted

AWAY = after_silence(Breaker(), 0.0)


class Breakers(RuleBasedStateMachine):
    """A server that answers and falls silent as it likes."""

    def __init__(self):
        super().__init__()
        self.now, self.breaker, self.silences = 0.0, Breaker(), 0

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds):
        self.now += seconds

    @rule()
    def answer(self):
        was_open = not self.breaker.closed
        self.breaker = after_answer(self.breaker, self.now)
        self.silences = 0
        assert self.breaker.closed
        if was_open:
            assert self.breaker.healthy_for(self.now) == 0

    @rule(jitter=st.floats(0, 1))
    def silence(self, jitter):
        waits = min(FIRST_PROBE_S * 2 ** min(self.silences, 10), LONGEST_PROBE_S)
        self.breaker = after_silence(self.breaker, self.now, jitter)
        self.silences += 1
        assert self.now + waits / 2 <= self.breaker.probe_at <= self.now + waits

    @invariant()
    def one_silence_opens_and_one_answer_closes(self):
        assert self.breaker.closed == (self.silences == 0)

    @invariant()
    def a_probe_is_never_far(self):
        assert self.breaker.probe_at <= self.now + LONGEST_PROBE_S

    @invariant()
    def only_the_well_are_healthy(self):
        assert self.breaker.closed or self.breaker.healthy_for(self.now) == 0


class Choices(RuleBasedStateMachine):
    """Three servers under both policies."""

    def __init__(self):
        super().__init__()
        self.now, self.states = 0.0, [ServerState() for _ in range(3)]

    @rule(seconds=st.floats(0, 20))
    def wait(self, seconds):
        self.now += seconds

    @rule(index=st.integers(0, 2), good=st.booleans())
    def hear(self, index, good):
        state = self.states[index]
        note = after_answer if good else after_silence
        self.set(index, breaker=note(state.breaker, self.now))

    @rule(index=st.integers(0, 2), seconds=st.floats(0, 30))
    def rest(self, index, seconds):
        self.set(index, resting_until=self.now + seconds)

    @rule(index=st.integers(0, 2), in_flight=st.integers(0, 5), served=st.integers(0, 99))
    def load(self, index, in_flight, served):
        self.set(index, in_flight=in_flight, served=served)

    def set(self, index, **members):
        state = self.states[index]
        fields = {name: getattr(state, name) for name in ServerState.__slots__}
        self.states[index] = ServerState(**{**fields, **members})

    def well(self, index):
        state = self.states[index]
        return state.breaker.closed and state.resting_until <= self.now

    @invariant()
    def nobody_is_left_out_and_the_well_come_first(self):
        for policy in Policy:
            chosen = order(policy, self.states, self.now)
            assert sorted(chosen) == [0, 1, 2]
            flags = [self.well(index) for index in chosen]
            assert flags == sorted(flags, reverse=True)

    @invariant()
    def balanced_asks_the_one_with_least_in_flight(self):
        well = [index for index in range(3) if self.well(index)]
        if well:
            first = order(Policy.BALANCED, self.states, self.now)[0]
            least = min(self.states[index].in_flight for index in well)
            assert self.states[first].in_flight == least

    @invariant()
    def primary_asks_the_first_that_has_been_well_for_a_while(self):
        settled = [
            index
            for index in range(3)
            if self.well(index)
            and self.states[index].breaker.healthy_for(self.now) >= HEALTHY_FOR_S
        ]
        if settled:
            assert order(Policy.PRIMARY, self.states, self.now)[0] == settled[0]


TestBreakers = Breakers.TestCase
TestChoices = Choices.TestCase


def test_the_primary_is_preferred_again_only_after_a_while():
    back = ServerState(after_answer(AWAY, 100.0))
    states = [back, ServerState()]
    assert order(Policy.PRIMARY, states, 100.0) == [1, 0]
    assert order(Policy.PRIMARY, states, 100.0 + HEALTHY_FOR_S) == [0, 1]


def test_load_is_spread_where_nothing_is_in_flight():
    states = [ServerState(served=3), ServerState(served=2)]
    assert order(Policy.BALANCED, states, 0.0) == [1, 0]


@pytest.mark.parametrize("policy", Policy)
def test_where_all_were_silent_all_are_asked(policy):
    assert sorted(order(policy, [ServerState(AWAY), ServerState(AWAY)], 0.0)) == [0, 1]


BUSY = Answer(503, "application/problem+json", b"", "A", b"", 1.0)


def test_terminals_that_were_told_the_same_do_not_come_back_together():
    spread = [noted(ServerState(), BUSY, 10.0, n / 100) for n in range(101)]
    assert all(11.0 <= state.resting_until <= 11.5 for state in spread)
    assert len({round(state.resting_until, 3) for state in spread}) == 101
    lost = [noted(ServerState(), Silence("reset", sent=True), 10.0, n / 100) for n in range(101)]
    assert len({round(state.breaker.probe_at, 4) for state in lost}) == 101


def test_calls_that_found_nobody_do_not_try_again_together(connect, servers):
    for server in servers:
        server.stop()
    waits = {}
    for jitter in (0.0, 1.0):
        slept = waits[jitter] = []
        bank = connect(clock=Clock(sleep=slept.append, jitter=lambda value=jitter: value))
        with pytest.raises(BankAway):
            bank.identify(b"FMR", None)
    assert [round(wait, 3) for wait in waits[0.0]] == [0.1, 0.2, 0.4, 0.8]
    assert [round(wait, 3) for wait in waits[1.0]] == [0.15, 0.3, 0.6, 1.2]
