"""A login, step by step, over HTTP against two real servers."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.pin.group import encode_element, generator
from protocol.pin.prover import blind_pin


def test_a_finger_and_a_pin_open_a_session(world, atm) -> None:
    login = atm.log_in("amara")
    assert login["first_name"] == "Amara"
    assert login["roles"] == ["customer"]
    assert [account["number"] for account in login["accounts"]] == [world.people["amara"].number]
    assert login["finger"] is True
    assert login["step_up_minor"] == 30000
    assert len(decode(login["session"])) == 32
    stored = world.sql("select id_hash from sessions where terminal = %s", atm.name)
    assert decode(login["session"]) not in [bytes(row[0]) for row in stored]


def test_the_start_answers_with_a_token_of_the_answering_server(world, atm) -> None:
    factor1 = atm.factor1("amara")
    hashes = {
        name: bytes(cert) for cert, name in world.sql("select certificate, name from servers")
    }
    for server in ("A", "B"):
        started = atm.start(atm.start_body(factor1["account"], record=factor1["record"]), server)
        token = decode(started.body["token"])
        assert len(token) == 110
        assert token[46:78] == hashes[server]
        assert started.body["ksf"] == "argon2id-19-65536-3-4"


@pytest.mark.parametrize(("at_start", "at_finish"), [("A", "B"), ("B", "A")])
def test_any_server_finishes_what_another_started(world, atm, at_start, at_finish) -> None:
    opened = atm.try_pin(
        atm.factor1("bo"), world.people["bo"].pin, at_start=at_start, at_finish=at_finish
    )
    assert (opened.status, opened.server) == (200, at_finish)


def test_a_start_spends_a_try_and_a_success_gives_them_back(world, atm) -> None:
    factor1 = atm.factor1("amara")
    account = decode(factor1["account"])

    def tries():
        return world.sql(
            "select finger_tries, finger_total, number_tries from pin_tries where account = %s",
            account,
        )

    atm.start(atm.start_body(factor1["account"], record=factor1["record"]))
    assert tries() == [(1, 1, 0)]
    assert atm.try_pin(factor1, None).body["tries_left"] == 1
    assert tries() == [(2, 2, 0)]
    assert atm.try_pin(factor1, world.people["amara"].pin).status == 200
    assert tries() == [(0, 0, 0)]


def test_a_repeated_start_costs_no_try_and_gives_the_same_but_the_token(world, atm) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    first = atm.start(body, "A")
    again = atm.start(body, "B")
    assert again.status == 200
    for name in ("evaluated", "ver", "ksf"):
        assert again.body[name] == first.body[name]
    one, two = decode(first.body["token"]), decode(again.body["token"])
    assert one[14:46] != two[14:46]
    assert one[46:78] != two[46:78]
    assert world.sql(
        "select finger_tries from pin_tries where account = %s", decode(factor1["account"])
    ) == [(1,)]


def test_the_token_of_a_repeated_start_is_as_good(world, atm) -> None:
    factor1 = atm.factor1("amara")
    pin = world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    first, again = atm.start(body, "A"), atm.start(body, "B")
    secret = atm.secret(factor1["account"], pin, blinded, first)
    proof = atm.prove(body, again.body["token"], secret)
    assert atm.finish(body, again.body["token"], proof).status == 200
    # The attempt is over: its other token is worth nothing.
    other = atm.finish(body, first.body["token"], atm.prove(body, first.body["token"], secret))
    assert (other.status, other.code) == (409, "replayed")


def test_five_repeats_in_a_minute_and_no_more(world, atm) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    assert [atm.start(body).status for _ in range(6)] == [200] * 6
    seventh = atm.start(body)
    assert (seventh.status, seventh.code) == (429, "rate_limited")
    late = atm.start_body(factor1["account"], record=factor1["record"])
    assert atm.start(late).status == 200
    world.sql(
        "update pin_attempts set started_at = started_at - interval '61 s' where terminal = %s",
        atm.name,
    )
    assert (atm.start(late).status, atm.start(late).code) == (401, "expired")


def test_no_start_is_repeated_after_its_finish(world, atm) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    token = atm.start(body).body["token"]
    wrong = atm.finish(body, token, encode(b"\x01" * 64))
    assert (wrong.status, wrong.code) == (401, "rejected")
    again = atm.start(body)
    assert (again.status, again.code) == (409, "replayed")


@pytest.mark.parametrize("member", ["blinded", "session", "purpose"])
def test_another_request_under_the_same_attempt_is_refused(world, atm, member) -> None:
    login = atm.log_in("amara")
    body = atm.start_body(
        login["credential"],
        purpose="txn",
        session=login["session"],
        body_digest=encode(b"\x05" * 32),
    )
    assert atm.start(body).status == 200
    other = {
        "blinded": {"blinded": encode(encode_element(generator()))},
        "session": {"body_digest": encode(b"\x06" * 32)},
        "purpose": {"purpose": "staff-act"},
    }[member]
    refused = atm.start(body | other)
    assert (refused.status, refused.code) == (409, "replayed")


def test_another_terminal_may_use_the_same_attempt_id(world, atm) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    assert atm.start(body).status == 200
    other = world.terminal()
    person = world.people["amara"]
    found = other.identify(person.pictures[4]).body
    own = other.start_body(found["account"], record=found["record"], attempt=body["attempt"])
    assert other.start(own).status == 200


@pytest.mark.parametrize(
    "blinded",
    [
        b"\x04" + b"\x01" * 32,
        b"\x02" + b"\xff" * 32,
        b"\x00" * 33,
        b"\x02" + bytes(31) + b"\x01",
    ],
)
def test_a_bad_element_costs_no_try(world, atm, blinded) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    refused = atm.start(body | {"blinded": encode(blinded)})
    assert (refused.status, refused.code) == (400, "bad_request")
    assert not world.sql("select from pin_tries where account = %s", decode(factor1["account"]))


def test_a_proof_is_good_once(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    token = started.body["token"]
    proof = atm.prove(body, token, atm.secret(factor1["account"], pin, blinded, started))
    assert atm.finish(body, token, proof).status == 200
    for server in ("A", "B"):
        again = atm.finish(body, token, proof, server)
        assert (again.status, again.code) == (409, "replayed")


def test_the_nonce_is_burnt_before_the_proof_is_looked_at(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    token = started.body["token"]
    good = atm.prove(body, token, atm.secret(factor1["account"], pin, blinded, started))
    assert atm.finish(body, token, encode(bytes(64))).code == "rejected"
    assert atm.finish(body, token, good).code == "replayed"


def test_of_many_finishes_at_once_one_opens_a_session(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    token = started.body["token"]
    proof = atm.prove(body, token, atm.secret(factor1["account"], pin, blinded, started))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: atm.finish(body, token, proof, "AB"[n % 2]), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert len(world.sql("select from sessions where terminal = %s", atm.name)) == 1


@pytest.mark.parametrize("part", ["mac", "nonce", "ver", "expiry", "issuer", "format", "kid"])
def test_a_changed_token_is_refused(world, atm, part) -> None:
    at = {"format": 0, "kid": 1, "ver": 2, "expiry": 6, "nonce": 20, "issuer": 50, "mac": 109}
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    token = bytearray(decode(atm.start(body).body["token"]))
    token[at[part]] ^= 1
    refused = atm.finish(body, encode(bytes(token)), encode(bytes(64)))
    assert (refused.status, refused.code) == (401, "bad_challenge")


def test_a_token_is_good_for_a_minute_by_the_databases_time(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    expiry_s = int.from_bytes(decode(started.body["token"])[6:14], "little")
    assert 0 < expiry_s - time.time() <= 61
    now_s = world.sql("select floor(extract(epoch from clock_timestamp()))::bigint")[0][0]
    secret = atm.secret(factor1["account"], pin, blinded, started)
    late = _other_expiry(world, atm, body, started.body["token"], now_s - 1)
    refused = atm.finish(body, late, atm.prove(body, late, secret))
    assert (refused.status, refused.code) == (401, "expired")
    far = _other_expiry(world, atm, body, started.body["token"], now_s + 75)
    refused = atm.finish(body, far, atm.prove(body, far, secret))
    assert (refused.status, refused.code) == (401, "expired")
    # Neither burnt the nonce.
    token = started.body["token"]
    assert atm.finish(body, token, atm.prove(body, token, secret)).status == 200


def _other_expiry(world, atm, body, token: str, expiry_s: int) -> str:
    """The token as the bank would have issued it with another expiry."""
    from dataclasses import replace

    from bank.keys import load_key_set
    from protocol.pin.token import issue_token, parse_token

    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    head = replace(parse_token(decode(token)), expiry_s=expiry_s)
    return encode(issue_token(keys.mac_keys[head.kid], head, atm.context(body)))


def test_a_denied_servers_tokens_are_refused_by_every_server(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    blinded = blind_pin(decode(factor1["account"]), pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body, "B")
    token = started.body["token"]
    proof = atm.prove(body, token, atm.secret(factor1["account"], pin, blinded, started))
    world.sql("update servers set status = 'denied' where name = 'B'")
    refused = atm.finish(body, token, proof, "A")
    assert (refused.status, refused.code) == (401, "bad_challenge")
    world.sql("update servers set status = 'active' where name = 'B'")
    assert atm.finish(body, token, proof, "A").status == 200


def test_a_token_nobody_asked_for_is_refused(world, atm) -> None:
    """Even with the MAC key: the start must be on record."""
    from bank.keys import load_key_set
    from protocol.pin.token import TokenHead, issue_token

    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    login = atm.try_pin(factor1, pin)
    assert login.status == 200
    secret = world.secrets[(decode(factor1["account"]), pin)]
    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    issuer = bytes(world.sql("select certificate from servers where name = 'A'")[0][0])
    ver = world.sql("select ver from credentials where account = %s", decode(factor1["account"]))[
        0
    ][0]
    body = atm.start_body(factor1["account"], record=factor1["record"])
    head = TokenHead(1, ver, int(time.time()) + 30, b"\x07" * 32, issuer)
    token = encode(issue_token(keys.mac_keys[1], head, atm.context(body)))
    refused = atm.finish(body, token, atm.prove(body, token, secret))
    assert (refused.status, refused.code) == (401, "bad_challenge")


def test_a_token_is_bound_to_its_terminals_certificate(world, atm) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    token = atm.start(body).body["token"]
    other = world.terminal()
    refused = other.finish(body, token, encode(bytes(64)))
    assert (refused.status, refused.code) == (401, "bad_challenge")


def test_another_versions_verifier_does_not_open(world, atm) -> None:
    factor1, pin = atm.factor1("chiara"), world.people["chiara"].pin
    account = decode(factor1["account"])
    blinded = blind_pin(account, pin.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    token = started.body["token"]
    proof = atm.prove(body, token, atm.secret(factor1["account"], pin, blinded, started))
    world.sql("update credentials set ver = ver + 1 where account = %s", account)
    try:
        assert atm.finish(body, token, proof).code == "rejected"
    finally:
        world.sql("update credentials set ver = ver - 1 where account = %s", account)


def test_a_retired_credential_does_not_open(world, atm) -> None:
    factor1, pin = atm.factor1("chiara"), world.people["chiara"].pin
    account = decode(factor1["account"])
    world.sql("update credentials set status = 'retired' where account = %s", account)
    try:
        refused = atm.try_pin(factor1, pin)
        assert (refused.status, refused.code) == (401, "rejected")
    finally:
        world.sql("update credentials set status = 'active' where account = %s", account)


def test_every_credential_has_a_duress_verifier_of_its_own(world) -> None:
    rows = world.sql("select verifier, duress from credentials")
    assert len({bytes(element) for row in rows for element in row}) == 2 * len(rows)


@pytest.mark.parametrize("member", ["factor1", "body_digest", "record", "session"])
def test_a_start_whose_members_contradict_each_other_is_refused(world, atm, member) -> None:
    factor1 = atm.factor1("amara")
    body = atm.start_body(factor1["account"], record=factor1["record"])
    other = {"record": encode(b"another")}.get(member, encode(b"\x01" * 32))
    refused = atm.start(body | {member: other})
    assert (refused.status, refused.code) == (400, "bad_request")
    assert not world.sql("select from pin_tries where account = %s", decode(factor1["account"]))
