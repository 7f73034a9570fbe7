"""What becomes of an order when servers fail: done, refused or unknown, never twice."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend_client import Done, Policy, Refused, Unknown
from backend_client.outcomes import PATH
from protocol.encoding import canonical_json
from protocol.errors import BadEncoding
from protocol.ids import new_uid
from protocol.signing import GENESIS, key_id, sign_request
from tests.backend_client.faulty_server import Reply, answer, problem

KEY = ec.generate_private_key(ec.SECP256R1())


def order(amount_minor=20_000, kind="authorise"):
    body = {"uid": new_uid(1), "kind": kind, "amount_minor": amount_minor, "currency": "EUR"}
    return sign_request(
        KEY,
        kid=key_id(b"certificate"),
        order=canonical_json(body),
        chain=new_uid(2),
        seq=1,
        prev=GENESIS,
    )


def once(fault):
    faults = iter([fault])
    return lambda path: next(faults, None) if path == PATH else None


def always(fault):
    return lambda path: fault if path == PATH else None


def test_an_order_is_done(bank, small_bank):
    decision = bank.submit(order())
    assert isinstance(decision, Done)
    assert (decision.outcome.outcome, small_bank.committed) == ("held", 1)


def test_a_stored_refusal_is_refused(bank):
    decision = bank.submit(order(amount_minor=200_000))
    assert isinstance(decision, Refused)
    assert decision.outcome.reason == "insufficient_funds"


@pytest.mark.parametrize("fault", ["die_before", "die_after", "garbage", "drip", ("slow", 3)])
def test_the_same_bytes_go_to_the_other_server_and_move_money_once(
    bank, small_bank, servers, stopwatch, fault
):
    servers[0].fault = once(fault)
    assert isinstance(bank.submit(order()), Done)
    assert small_bank.committed == 1
    first, second = servers[0].requests[-1], servers[1].requests[-1]
    assert first.body == second.body
    assert first.headers["X-Request-Id"] == second.headers["X-Request-Id"]
    assert stopwatch() < 4


def test_a_stopped_server_costs_nearly_nothing(bank, servers, stopwatch):
    servers[0].stop()
    assert isinstance(bank.submit(order()), Done)
    assert stopwatch() < 1


def test_a_frozen_server_costs_one_attempt_once(bank, servers, stopwatch):
    bank.submit(order())
    servers[0].freeze()
    assert isinstance(bank.submit(order()), Done)
    assert 1.9 < stopwatch() < 4
    before = stopwatch()
    assert isinstance(bank.submit(order()), Done)
    assert stopwatch() - before < 1
    assert [server.healthy for server in bank.health()] == [False, True]


def test_a_frozen_server_that_thaws_is_well_again(bank, servers, stopwatch):
    servers[0].freeze()
    assert isinstance(bank.submit(order()), Done)
    servers[0].thaw()
    while not bank.health()[0].healthy and stopwatch() < 20:
        pass
    assert bank.health()[0].healthy


def test_503_moves_on_at_once_and_the_server_is_left_alone_for_a_while(bank, servers, stopwatch):
    servers[0].fault = once(problem(503, "unavailable", retry_after_s=30))
    assert isinstance(bank.submit(order()), Done)
    assert isinstance(bank.submit(order()), Done)
    assert stopwatch() < 2
    assert (servers[0].count(PATH), servers[1].count(PATH)) == (1, 2)


def test_where_all_asked_for_rest_they_get_it_and_then_decide(bank, servers, stopwatch):
    for server in servers:
        server.fault = once(problem(503, "unavailable", retry_after_s=1))
    assert isinstance(bank.submit(order()), Done)
    assert 1 <= stopwatch() < 4
    assert sum(server.count(PATH) for server in servers) == 3


def test_a_rest_longer_than_the_deadline_is_not_waited_for(bank, servers, stopwatch):
    for server in servers:
        server.fault = always(problem(503, "unavailable", retry_after_s=30))
    assert isinstance(bank.submit(order(), deadline_s=5), Unknown)
    assert stopwatch() < 3
    assert sum(server.count(PATH) for server in servers) == 2


def test_in_progress_is_polled_at_the_same_server(bank, servers):
    polls = iter([problem(409, "in_progress")] * 3)
    servers[0].fault = lambda path: next(polls, None) if path == PATH else None
    assert isinstance(bank.submit(order()), Done)
    assert (servers[0].count(PATH), servers[1].count(PATH)) == (4, 0)


def test_in_progress_for_ever_is_unknown_at_the_deadline(bank, servers, stopwatch):
    for server in servers:
        server.fault = always(problem(409, "in_progress"))
    assert isinstance(bank.submit(order(), deadline_s=1), Unknown)
    assert stopwatch() < 3


@pytest.mark.parametrize(
    "reply",
    [
        problem(401, "expired"),
        problem(403, "forbidden"),
        problem(413, "too_large"),
        problem(422, "other_body"),
        problem(429, "rate_limited"),
        problem(409, "conflict"),
        problem(500, "internal"),
        problem(503, "unavailable"),
        Reply(200, b"<html>Welcome to the hotel</html>", "text/html"),
        Reply(200, b'{"outcome":"refused"}'),
        Reply(200, b"{}"),
        Reply(200, b"\xff\xfe"),
        Reply(204, b""),
        Reply(302, b"", headers={"Location": "https://127.0.0.1/elsewhere"}),
        Reply(402, b'{"outcome":"refused"}'),
        Reply(403, b"blocked by a proxy", "text/plain"),
        Reply(200, b'{"x":"' + b"x" * 2_000_000 + b'"}'),
    ],
    ids=lambda reply: f"{reply.status} {reply.content_type[-12:]} {reply.body[:12]!r}",
)
def test_what_is_no_stored_decision_is_unknown(bank, small_bank, servers, reply):
    for server in servers:
        server.fault = always(reply)
    assert isinstance(bank.submit(order(), deadline_s=0.6), Unknown)
    assert small_bank.committed == 0


@pytest.mark.parametrize("reply", [problem(403, "forbidden"), problem(429, "rate_limited")])
def test_a_no_of_one_server_is_asked_again_at_the_other(bank, servers, reply):
    servers[0].fault = always(reply)
    assert isinstance(bank.submit(order()), Done)


@pytest.mark.parametrize("change", [{"uid": "f" * 32}, {"kind": "transfer"}])
def test_an_outcome_of_another_order_is_no_answer(bank, small_bank, change):
    move = small_bank.move

    def confused(request, body):
        move(request, body)
        (stored,) = small_bank.movements.values()
        return answer(stored.model_copy(update=change))

    small_bank.handlers[PATH] = confused
    assert isinstance(bank.submit(order(), deadline_s=0.6), Unknown)


def test_a_bank_that_is_away_leaves_it_unknown_at_the_deadline(bank, servers, stopwatch):
    for server in servers:
        server.stop()
    assert isinstance(bank.submit(order(), deadline_s=2), Unknown)
    assert 1 < stopwatch() < 4


def test_a_bank_that_comes_back_within_the_deadline_decides(bank, small_bank, servers):
    outage = itertools.chain(["die_after", "die_before", "garbage"], itertools.repeat(None))
    for server in servers:
        server.fault = lambda path: next(outage) if path == PATH else None
    assert isinstance(bank.submit(order(), deadline_s=10), Done)
    assert small_bank.committed == 1


@pytest.mark.parametrize("policy", Policy)
def test_many_at_once_under_random_faults_are_each_decided_once(
    connect, small_bank, servers, policy
):
    draw = random.Random(7)
    faults = ["die_before", "die_after", "garbage", problem(503, "unavailable", retry_after_s=0)]
    for server in servers:
        server.fault = lambda path: (
            draw.choice(faults) if path == PATH and draw.random() < 0.4 else None
        )
    bank = connect(policy)
    orders = [order() for _ in range(60)]
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(bank.submit, orders))
    assert all(isinstance(decision, Done) for decision in decisions)
    assert len({decision.outcome.uid for decision in decisions}) == small_bank.committed == 60


@pytest.mark.parametrize("jws", [b"", b"a.b.c", order()[:-1], order() + b"x"])
def test_what_is_no_signed_request_is_not_sent(bank, servers, jws):
    with pytest.raises(BadEncoding):
        bank.submit(jws)
    assert sum(len(server.requests) for server in servers) == 0
