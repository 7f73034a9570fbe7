"""A kiosk and a bank of pure functions, talking to each other."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import (
    BadEncoding,
    BadToken,
    ExpiredToken,
    ProofRejected,
    WrongServer,
)
from protocol.pin.context import Context, digest
from protocol.pin.prover import blind_pin, check_issuer, prove_pin, unlock
from protocol.pin.secret import KSF, account_key
from protocol.pin.token import TOKEN_BYTES, TokenHead, check_token, issue_token, parse_token
from protocol.pin.verifier import (
    Matched,
    evaluate_blinded,
    first_version,
    stand_in_verifier,
    unknown_account,
    verify_either,
    verify_proof,
)

SEED = bytes(range(32))
ACCOUNT = bytes(range(16))
NOW_S = 1_893_456_000
MAC_KEYS = {1: b"k" * 32, 2: b"l" * 32}
CONTEXT = Context(
    purpose="login",
    realm="meridian.example",
    account=ACCOUNT,
    terminal_id="ATM-0001",
    terminal_cert_hash=digest(b"terminal"),
    factor1=digest(b"finger"),
    body_digest=b"",
)
HEAD = TokenHead(kid=1, ver=3, expiry_s=NOW_S + 60, nonce=b"n" * 32, issuer=digest(b"server A"))


@dataclass(frozen=True)
class Login:
    token: bytes
    proof: bytes
    verifier: bytes


def log_in(pin, context=CONTEXT, head=HEAD):
    blinded = blind_pin(context.account, pin)
    evaluated = evaluate_blinded(account_key(SEED, head.ver, context.account), blinded.element)
    secret = unlock(context.account, pin, blinded, evaluated, KSF)
    token = issue_token(MAC_KEYS[head.kid], head, context)
    return Login(token, prove_pin(context, token, secret).data, secret.verifier)


@pytest.fixture(scope="module")
def login():
    return log_in(b"482915")


@pytest.fixture(scope="module")
def wrong():
    return log_in(b"482916")


def test_the_right_pin_is_accepted_twice_with_other_bytes(login):
    again = log_in(b"482915")
    assert again.verifier == login.verifier
    assert again.proof != login.proof
    verify_proof(CONTEXT, again.token, again.proof, login.verifier)


def test_the_wrong_pin_is_rejected(login, wrong):
    with pytest.raises(ProofRejected):
        verify_proof(CONTEXT, wrong.token, wrong.proof, login.verifier)


def test_which_pin_was_used(login, wrong):
    assert verify_either(CONTEXT, login.token, login.proof, login.verifier, wrong.verifier) == (
        Matched.PIN
    )
    assert verify_either(CONTEXT, login.token, login.proof, wrong.verifier, login.verifier) == (
        Matched.DURESS
    )
    nobody = stand_in_verifier(SEED, 3, ACCOUNT)
    with pytest.raises(ProofRejected):
        verify_either(CONTEXT, login.token, login.proof, nobody, nobody)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "txn"},
        {"realm": "other.example"},
        {"account": bytes(16)},
        {"terminal_id": "ATM-0002"},
        {"terminal_cert_hash": digest(b"another")},
        {"factor1": b""},
        {"body_digest": digest(b"order")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_proof_and_a_token_hold_for_their_context_only(login, change):
    other = replace(CONTEXT, **change)
    with pytest.raises(ProofRejected):
        verify_proof(other, login.token, login.proof, login.verifier)
    with pytest.raises(BadToken):
        check_token(MAC_KEYS, login.token, other, NOW_S)


@given(st.integers(0, 64 * 8 - 1))
@settings(max_examples=60)
def test_a_proof_with_one_bit_changed_is_rejected(login, bit):
    changed = bytearray(login.proof)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ProofRejected):
        verify_proof(CONTEXT, login.token, bytes(changed), login.verifier)


@given(st.binary(max_size=130))
def test_arbitrary_bytes_are_no_proof_and_no_token(login, data):
    with pytest.raises(ProofRejected):
        verify_proof(CONTEXT, login.token, data, login.verifier)
    with pytest.raises(BadToken):
        check_token(MAC_KEYS, data, CONTEXT, NOW_S)


@given(st.integers(0, TOKEN_BYTES * 8 - 1))
def test_a_token_with_one_bit_changed_is_refused(login, bit):
    changed = bytearray(login.token)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadToken):
        check_token(MAC_KEYS, bytes(changed), CONTEXT, NOW_S)


def test_a_token_reads_back(login):
    assert len(login.token) == TOKEN_BYTES
    assert parse_token(login.token) == HEAD == check_token(MAC_KEYS, login.token, CONTEXT, NOW_S)


@pytest.mark.parametrize("now_s", [HEAD.expiry_s, HEAD.expiry_s - 65])
def test_a_token_is_good_at_both_ends_of_its_time(login, now_s):
    assert check_token(MAC_KEYS, login.token, CONTEXT, now_s) == HEAD


@pytest.mark.parametrize("now_s", [HEAD.expiry_s + 1, HEAD.expiry_s - 66, 0])
def test_a_token_outside_its_time_is_expired(login, now_s):
    with pytest.raises(ExpiredToken):
        check_token(MAC_KEYS, login.token, CONTEXT, now_s)


def test_a_token_of_an_unknown_or_other_key_is_refused(login):
    for keys in ({}, {2: MAC_KEYS[2]}, {1: MAC_KEYS[2]}):
        with pytest.raises(BadToken) as caught:
            check_token(keys, login.token, CONTEXT, NOW_S)
        assert not isinstance(caught.value, ExpiredToken)


@pytest.mark.parametrize("change", [{"kid": 256}, {"nonce": b""}, {"issuer": b"x" * 31}])
def test_a_token_is_not_made_of_wrong_parts(change):
    with pytest.raises(BadToken):
        issue_token(MAC_KEYS[1], replace(HEAD, **change), CONTEXT)


def test_a_token_of_another_server_is_noticed(login):
    check_issuer(login.token, digest(b"server A"))
    with pytest.raises(WrongServer):
        check_issuer(login.token, digest(b"server B"))


def test_another_stretching_function_is_refused():
    blinded = blind_pin(ACCOUNT, b"482915")
    with pytest.raises(BadEncoding):
        unlock(ACCOUNT, b"482915", blinded, blinded.element, "argon2id-19-8-1-1")


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "log-in"},
        {"realm": ""},
        {"realm": "é"},
        {"account": bytes(15)},
        {"terminal_id": ""},
        {"terminal_id": "ATM 1"},
        {"terminal_id": "A" * 65},
        {"terminal_cert_hash": b""},
        {"factor1": b"x"},
        {"body_digest": bytes(31)},
    ],
    ids=repr,
)
def test_a_context_of_wrong_parts_is_refused(change):
    with pytest.raises(BadEncoding):
        replace(CONTEXT, **change)


def test_the_secret_parts_stay_out_of_reprs():
    blinded = blind_pin(ACCOUNT, b"482915")
    assert hex(int(blinded.factor))[2:] not in repr(blinded).lower()
    assert str(int(blinded.factor)) not in repr(blinded)


def test_unknown_numbers_look_like_customers():
    first = unknown_account(b"lookup", "0000000001")
    assert len(first) == 16
    assert first == unknown_account(b"lookup", "0000000001")
    assert first != unknown_account(b"lookup", "0000000002")
    assert 1 <= first_version(SEED, first) <= 65_536
    assert first_version(SEED, first) == first_version(SEED, first)
