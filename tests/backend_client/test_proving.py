import threading

import pytest

from backend_client.errors import (
    BankAway,
    PinLocked,
    PinRejected,
    RecordExpired,
    RequestRefused,
)
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.pin import PinStartAnswer
from protocol.pin.context import digest
from tests.backend_client.faulty_server import answer, problem
from tests.backend_client.small_bank import FACTOR1, SIGNUP

PIN, WRONG_PIN = bytearray(b"482915"), bytearray(b"482916")


@pytest.fixture
def customer(bank, small_bank):
    """The bank of a customer who has registered a PIN."""
    bank.finish_signup(bank.register_pin(SIGNUP, PIN))
    return small_bank


def test_who_registered_a_pin_logs_in_with_it(bank, customer):
    facts = []
    login = bank.prove_login(FACTOR1, PIN, facts.append)
    assert login.first_name == "Amara"
    (shown,) = facts
    assert (shown.verdict, shown.server, shown.bytes_sent) == ("accepted", "A", 64)
    assert (len(shown.commitment), len(shown.challenge), len(shown.response)) == (33, 32, 32)


def test_no_pin_crosses_the_wire(bank, customer, servers):
    bank.prove_login(FACTOR1, PIN)
    sent = b"".join(
        request.path.encode() + repr(request.headers).encode() + request.body
        for server in servers
        for request in server.requests
    )
    assert sent
    for shape in (bytes(PIN), b64url_encode(bytes(PIN)).encode(), bytes(PIN).hex().encode()):
        assert shape not in sent


def test_a_wrong_pin_is_rejected_with_the_tries_that_are_left_and_then_locked(bank, customer):
    for left in (2, 1, 0):
        with pytest.raises(PinRejected) as caught:
            bank.prove_login(FACTOR1, WRONG_PIN)
        assert caught.value.tries_left == left
    with pytest.raises(PinLocked):
        bank.prove_login(FACTOR1, PIN)


def test_another_server_finishes_what_a_server_that_stopped_has_started(bank, customer, servers):
    start = customer.start

    def stop_after_start(request, body):
        customer.handlers["/v1/pin/start"] = start
        reply = start(request, body)
        threading.Timer(0.05, request.server.stop).start()
        return reply

    customer.handlers["/v1/pin/start"] = stop_after_start
    assert bank.prove_login(FACTOR1, PIN).first_name == "Amara"
    assert not bank.health()[0].healthy
    assert servers[1].count("/v1/pin/finish") == 1
    assert servers[1].count("/v1/pin/start") == 0


@pytest.mark.parametrize("how", ["die_before", "die_after", "garbage"])
def test_a_lost_answer_to_the_finish_is_a_new_attempt_and_never_the_same_bytes(
    bank, customer, servers, how
):
    lost = iter([how])
    servers[0].fault = lambda path: next(lost, None) if path.endswith("finish") else None
    facts = []
    assert bank.prove_login(FACTOR1, PIN, facts.append).first_name == "Amara"
    assert [shown.verdict for shown in facts] == ["unanswered", "accepted"]
    finishes = [
        request.body
        for server in servers
        for request in server.requests
        if request.path == "/v1/pin/finish"
    ]
    assert len(finishes) == len(set(finishes)) == 2


def test_a_finish_that_is_never_answered_ends_as_bank_away_after_three_attempts(
    bank, customer, servers
):
    for server in servers:
        server.fault = lambda path: "die_before" if path.endswith("finish") else None
    with pytest.raises(BankAway):
        bank.prove_login(FACTOR1, PIN)
    assert sum(server.count("/v1/pin/finish") for server in servers) == 3


def test_a_start_is_repeated_with_the_same_attempt(bank, customer, servers):
    lost = iter(["die_after"])
    servers[0].fault = lambda path: next(lost, None) if path.endswith("start") else None
    bank.prove_login(FACTOR1, PIN)
    starts = {
        request.body
        for server in servers
        for request in server.requests
        if request.path == "/v1/pin/start" and b"login" in request.body
    }
    assert len(starts) == 1
    assert servers[1].count("/v1/pin/start") == 1


def test_a_token_of_another_server_is_not_used(bank, customer, servers):
    for server in servers:
        server.certificate_hash = bytes(32)
    with pytest.raises(RequestRefused):
        bank.prove_login(FACTOR1, PIN)
    assert sum(server.count("/v1/pin/finish") for server in servers) == 0
    logins = [
        request
        for server in servers
        for request in server.requests
        if request.path == "/v1/pin/start" and b"login" in request.body
    ]
    assert len(logins) == 2


def test_a_token_of_another_server_once_is_repeated(bank, customer, servers):
    servers[0].certificate_hash = bytes(32)
    assert bank.prove_login(FACTOR1, PIN).first_name == "Amara"


def _changed(customer, **members):
    def start(request, body):
        message = PinStartAnswer.model_validate_json(customer.start(request, body).body)
        return answer(message.model_copy(update=members))

    return start


@pytest.mark.parametrize(
    "members",
    [
        {"ksf": "argon2id-19-8-1-1"},
        {"ver": 4},
        {"evaluated": b64url_encode(bytes(33))},
        {"token": b64url_encode(bytes(110))},
    ],
    ids=lambda members: next(iter(members)),
)
def test_a_challenge_that_breaks_the_rules_is_not_answered(bank, customer, servers, members):
    customer.handlers["/v1/pin/start"] = _changed(customer, **members)
    with pytest.raises(RequestRefused):
        bank.prove_login(FACTOR1, PIN)
    assert sum(server.count("/v1/pin/finish") for server in servers) == 0


def test_a_challenge_that_went_stale_is_made_anew(bank, customer):
    stale = iter([problem(401, "expired")])
    finish = customer.finish
    customer.handlers["/v1/pin/finish"] = lambda request, body: (
        next(stale, None) or finish(request, body)
    )
    assert bank.prove_login(FACTOR1, PIN).first_name == "Amara"


@pytest.mark.parametrize(("status", "code"), [(401, "expired"), (409, "replayed")])
def test_an_expired_record_is_said(bank, customer, status, code):
    customer.handlers["/v1/pin/start"] = lambda _request, _body: problem(status, code)
    with pytest.raises(RecordExpired):
        bank.prove_login(FACTOR1, PIN)


def test_a_proof_over_an_order_holds_for_that_order(bank, customer):
    order = b'{"amount_minor":20000}'
    session = b64url_encode(bytes(32))
    facts = []
    proof = bank.prove_body(session, FACTOR1.account, "txn", order, PIN, facts.append)
    assert [(shown.purpose, shown.verdict, shown.server) for shown in facts] == [
        ("txn", "unanswered", "A")
    ]
    body = {"account": FACTOR1.account, "factor1": "", "body_digest": b64url_encode(digest(order))}
    context = customer.context(body, "txn")
    customer.check(context, proof.token, proof.proof, customer.verifier)
    assert b64url_decode(body["body_digest"]) == digest(order)


def test_a_ticket_of_another_version_is_not_registered(bank, small_bank):
    with pytest.raises(RequestRefused):
        bank.register_pin(SIGNUP.model_copy(update={"ver": 9}), PIN)
