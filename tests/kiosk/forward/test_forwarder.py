import threading

from hypothesis import given
from hypothesis import strategies as st

from backend_client.outcomes import Done, Unknown
from kiosk.forward import Advice, Backoff, Forwarder
from kiosk.journal import JournalFailed
from protocol.messages.money import Outcome

QUICK = Backoff(0.001, 0.004)


def advice(uid: str, tx: str = "t1") -> Advice:
    return Advice(tx, uid, "reversal", b"jws of " + uid.encode())


def outcome() -> Outcome:
    return Outcome(
        uid="0" * 32,
        kind="reversal",
        outcome="voided",
        amount_minor=1,
        currency="EUR",
        reference="7KQM-2XHD",
        decided_at=1,
    )


class Line:
    """A line to the bank that loses the first ``losses`` calls."""

    def __init__(self, losses=0):
        self.losses = losses
        self.sent = []
        self.known = []
        self.alarms = []

    def send(self, each):
        self.sent.append(each)
        if self.losses:
            self.losses -= 1
            return Unknown("lost")
        return Done(outcome())

    def acknowledged(self, each, _outcome):
        self.known.append(each.uid)

    def alarm(self, each):
        self.alarms.append(each.uid)


def started(line, backoff=QUICK):
    made = Forwarder(line.send, line.acknowledged, line.alarm, backoff)
    made.start()
    return made


def test_the_same_bytes_go_out_until_they_are_acknowledged():
    line = Line(losses=9)
    forwarder = started(line)
    forwarder.put(advice("a"))
    assert forwarder.wait("a", 10)
    forwarder.stop(5)
    assert len(line.sent) == 10
    assert {each.jws for each in line.sent} == {b"jws of a"}
    assert line.known == ["a"]
    assert forwarder.pending == 0


def test_six_failures_raise_one_alarm_and_it_goes_on():
    line = Line(losses=20)
    forwarder = started(line)
    forwarder.put(advice("a"))
    assert forwarder.wait("a", 10)
    forwarder.stop(5)
    assert line.alarms == ["a"]
    assert not forwarder.alarmed


def test_advices_of_one_transaction_go_in_order_and_others_do_not_wait():
    line = Line(losses=1)
    forwarder = Forwarder(line.send, line.acknowledged, line.alarm, Backoff(0.2, 0.2))
    for each in (advice("a1", "a"), advice("a2", "a"), advice("b1", "b")):
        forwarder.put(each)
    forwarder.start()
    assert forwarder.wait("a2", 10)
    assert forwarder.wait("b1", 10)
    forwarder.stop(5)
    assert line.known == ["b1", "a1", "a2"]


def test_an_advice_put_twice_is_sent_once():
    line = Line()
    forwarder = Forwarder(line.send, line.acknowledged, line.alarm, QUICK)
    forwarder.put(advice("a"))
    forwarder.put(advice("a"))
    assert forwarder.pending == 1
    assert forwarder.drain()
    assert line.known == ["a"]


def test_a_decision_that_cannot_be_kept_is_asked_for_again_after_a_restart():
    line = Line()
    heard = threading.Event()

    def fail(_advice, _outcome):
        heard.set()
        raise JournalFailed("disk full")

    forwarder = Forwarder(line.send, fail, line.alarm, QUICK)
    forwarder.start()
    forwarder.put(advice("a"))
    assert heard.wait(5)
    forwarder.stop(5)
    assert forwarder.pending == 1
    assert len(line.sent) == 1


def test_stopping_does_not_wait_for_the_backoff():
    line = Line(losses=100)
    forwarder = started(line, Backoff(60, 60))
    forwarder.put(advice("a"))
    assert not forwarder.wait("a", 0.05)
    forwarder.stop(5)
    assert forwarder.pending == 1


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_delays_stay_within_their_bounds(failures, jitter):
    backoff = Backoff(0.5, 60.0)
    delay = backoff.after(failures, jitter)
    assert 0.375 <= delay <= 75.0


def test_whatever_breaks_in_sending_an_advice_it_is_tried_again():
    line = Line()
    breaks = [OSError(28, "no space"), MemoryError(), ValueError("nonsense")]

    def send(each):
        if breaks:
            raise breaks.pop()
        return line.send(each)

    made = Forwarder(send, line.acknowledged, line.alarm, QUICK)
    made.start()
    made.put(advice("a"))
    assert made.wait("a", 10)
    made.stop(5)
    assert line.known == ["a"]


def test_an_advice_that_cannot_be_finished_does_not_keep_others_from_the_bank():
    line = Line()
    breaks = [KeyError("t1"), ValueError("nonsense")]

    def acknowledged(each, decided):
        if each.uid == "a" and breaks:
            raise breaks.pop()
        line.acknowledged(each, decided)

    made = Forwarder(line.send, acknowledged, line.alarm, QUICK)
    made.start()
    made.put(advice("a"))
    made.put(advice("b", tx="t2"))
    assert made.wait("b", 10)
    assert made.wait("a", 10)
    made.stop(5)
    assert sorted(line.known) == ["a", "b"]
