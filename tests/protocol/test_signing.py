import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from protocol.encoding import b64url_decode, b64url_encode, canonical_json
from protocol.errors import BadEncoding, BadSignature, ProtocolError
from protocol.signing import (
    GENESIS,
    MAX_JWS_BYTES,
    body_hash,
    key_id,
    read_request,
    sign_request,
    verify_request,
)

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
KID = key_id(b"certificate")
ORDER = canonical_json({"uid": "0" * 32, "kind": "authorise", "amount_minor": 20000})
CHAIN = "1" * 32


def signed(**changes):
    members = {"kid": KID, "order": ORDER, "chain": CHAIN, "seq": 3, "prev": b"p" * 32}
    return sign_request(KEY, **{**members, **changes})


def test_what_was_signed_is_read_and_verified():
    data = signed()
    request = verify_request(data, KEY.public_key())
    assert request == read_request(data)
    assert (request.order, request.chain, request.seq) == (ORDER, CHAIN, 3)
    assert (request.prev, request.kid, request.original) == (b"p" * 32, KID, None)


def test_a_reversal_carries_its_original():
    original = signed(seq=1, prev=GENESIS)
    request = verify_request(signed(seq=2, original=original), KEY.public_key())
    assert request.original == original
    assert verify_request(request.original, KEY.public_key()).seq == 1


def test_signing_again_makes_another_body():
    one, other = signed(), signed()
    assert body_hash(one) != body_hash(other)


def test_header_is_the_contracts():
    header = json.loads(b64url_decode(signed().split(b".")[0].decode()))
    assert header == {"alg": "ES256", "typ": "atm+jws", "kid": b64url_encode(KID)}


def test_another_key_is_refused():
    with pytest.raises(BadSignature):
        verify_request(signed(), OTHER_KEY.public_key())


def test_a_key_of_another_curve_is_refused():
    with pytest.raises(BadSignature):
        verify_request(signed(), ec.generate_private_key(ec.SECP384R1()).public_key())


@given(st.data())
@settings(max_examples=150)
def test_a_changed_jws_is_refused(data):
    jws_bytes = bytearray(signed())
    at = data.draw(st.integers(0, len(jws_bytes) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != jws_bytes[at]))
    jws_bytes[at] = value
    with pytest.raises(ProtocolError):
        verify_request(bytes(jws_bytes), KEY.public_key())


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises(BadEncoding):
        read_request(data)


PAYLOAD = {"order": b64url_encode(ORDER), "chain": CHAIN, "seq": 3, "prev": b64url_encode(GENESIS)}
HEADER = {"alg": "ES256", "typ": "atm+jws", "kid": b64url_encode(KID)}


def forged(header, payload):
    key = ECKey.import_key(KEY)
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jws.serialize_compact(header, body, key).encode()


def test_the_forgers_tools_work():
    assert verify_request(forged(HEADER, PAYLOAD), KEY.public_key()).seq == 3


@pytest.mark.parametrize(
    "payload",
    [
        {**PAYLOAD, "extra": 1},
        {name: value for name, value in PAYLOAD.items() if name != "prev"},
        {**PAYLOAD, "seq": -1},
        {**PAYLOAD, "seq": 2**53},
        {**PAYLOAD, "seq": True},
        {**PAYLOAD, "seq": "3"},
        {**PAYLOAD, "seq": 3.0},
        {**PAYLOAD, "chain": "1" * 31},
        {**PAYLOAD, "chain": 1},
        {**PAYLOAD, "prev": b64url_encode(bytes(31))},
        {**PAYLOAD, "prev": None},
        {**PAYLOAD, "order": ""},
        {**PAYLOAD, "order": "!!"},
        {**PAYLOAD, "order": PAYLOAD["order"] + "="},
        {**PAYLOAD, "order": b64url_encode(bytes(5000))},
        {**PAYLOAD, "original": "a.b.c"},
        {**PAYLOAD, "original": 5},
        [PAYLOAD],
        json.dumps(PAYLOAD).replace("{", '{"seq": 4, ').encode(),
        b"not json",
    ],
    ids=lambda payload: repr(payload)[-40:],
)
def test_a_genuine_signature_over_another_payload_is_refused(payload):
    with pytest.raises(BadEncoding):
        verify_request(forged(HEADER, payload), KEY.public_key())


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "typ": "JWT"},
        {"alg": "ES256", "typ": "atm+jws"},
        {"alg": "ES256", "kid": HEADER["kid"]},
        {**HEADER, "kid": "short"},
        {**HEADER, "cty": "json"},
        {**HEADER, "jku": "https://elsewhere.example/keys"},
    ],
    ids=lambda header: ",".join(header),
)
def test_another_header_is_refused(header):
    with pytest.raises(BadEncoding):
        verify_request(forged(header, PAYLOAD), KEY.public_key())


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384"])
def test_another_algorithm_is_refused(algorithm):
    header = b64url_encode(json.dumps({**HEADER, "alg": algorithm}).encode())
    _, payload, signature = signed().decode().split(".")
    for tail in (signature, ""):
        with pytest.raises(BadEncoding):
            verify_request(f"{header}.{payload}.{tail}".encode(), KEY.public_key())


def test_size_is_limited():
    with pytest.raises(BadEncoding):
        signed(order=bytes(5000))
    big = signed(original=signed(order=bytes(4000)))
    with pytest.raises(BadEncoding):
        signed(original=signed(original=signed(original=big)))
    with pytest.raises(BadEncoding):
        read_request(signed() + b"A" * MAX_JWS_BYTES)


@pytest.mark.parametrize("change", [{"seq": -1}, {"chain": "x"}, {"prev": b""}, {"kid": b""}])
def test_what_could_not_be_verified_is_not_signed(change):
    with pytest.raises(BadEncoding):
        signed(**change)
