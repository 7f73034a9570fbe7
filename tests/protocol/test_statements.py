"""What a verifier must not take: statements, elements and scalars that are not well formed."""

import pytest
from Crypto.Math.Numbers import Integer
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import le32
from protocol.errors import BadEncoding, ProofRejected
from protocol.pin.group import (
    N,
    P,
    decode_element,
    decode_scalar,
    encode_element,
    generator,
    identity,
    multiply,
    random_scalar,
)
from protocol.pin.linear_relation import discrete_logarithm, parse
from protocol.pin.sigma import prove, verify_batchable, verify_compact

ONE = (1).to_bytes(32)
scalars = st.integers(1, N - 1)


def element(scalar):
    return encode_element(multiply(generator(), Integer(scalar)))


@given(scalars)
def test_elements_round_trip(scalar):
    data = element(scalar)
    assert encode_element(decode_element(data)) == data


@given(st.binary(max_size=70))
def test_bytes_are_one_element_or_refused(data):
    try:
        read = decode_element(data)
    except BadEncoding:
        return
    assert encode_element(read) == data


@pytest.mark.parametrize("value", [N, N + 1, 2**256 - 1])
def test_scalars_at_or_above_the_order_are_refused(value):
    with pytest.raises(BadEncoding):
        decode_scalar(value.to_bytes(32))


@pytest.mark.parametrize("x", [P, P + 5, 2**256 - 1])
def test_coordinates_at_or_above_the_field_are_refused(x):
    with pytest.raises(BadEncoding):
        decode_element(b"\x02" + x.to_bytes(32))


def test_the_identity_has_no_encoding():
    with pytest.raises(BadEncoding):
        encode_element(identity())


def test_random_scalars_are_in_range_and_differ():
    drawn = [int(random_scalar()) for _ in range(50)]
    assert all(1 <= scalar < N for scalar in drawn)
    assert len(set(drawn)) == 50


@given(scalars, scalars)
def test_both_flavours_of_a_proof_hold(secret, nonce):
    relation = discrete_logarithm(element(secret))
    transcript = prove(b"tag", relation, [Integer(secret)], [Integer(nonce)])
    verify_compact(b"tag", relation, transcript.compact())
    verify_batchable(b"tag", relation, transcript.batchable())
    for tag in (b"", b"Tag"):
        with pytest.raises(ProofRejected):
            verify_compact(tag, relation, transcript.compact())
        with pytest.raises(ProofRejected):
            verify_batchable(tag, relation, transcript.batchable())


def test_a_wrong_witness_proves_nothing():
    relation = discrete_logarithm(element(5))
    transcript = prove(b"tag", relation, [Integer(6)], [Integer(7)])
    with pytest.raises(ProofRejected):
        verify_compact(b"tag", relation, transcript.compact())


def test_a_zero_nonce_is_refused():
    with pytest.raises(BadEncoding):
        prove(b"tag", discrete_logarithm(element(5)), [Integer(5)], [Integer(0)])


def statement(equations, *elements):
    encoded = le32(len(equations))
    for image, witness in equations:
        encoded += le32(len(image))
        encoded += b"".join(le32(index) + value for index, value in image)
        encoded += le32(len(witness))
        encoded += b"".join(le32(s) + le32(index) + value for s, index, value in witness)
    return encoded + b"".join(elements)


GOOD = ([(1, ONE)], [(0, 0, ONE)])


def test_the_statement_of_the_pin_proof_is_the_smallest():
    assert statement([GOOD], element(5)) == discrete_logarithm(element(5)).encoded


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        le32(0) + element(5),
        le32(2**32 - 1) + bytes(40),
        statement([GOOD], element(5))[:-1],
        statement([GOOD], element(5)) + b"\x00",
        statement([GOOD], element(5), element(6)),
        statement([GOOD]),
        statement([([], [(0, 0, ONE)])], element(5)),
        statement([([(1, ONE)], [])], element(5)),
        statement([([(1, bytes(32))], [(0, 0, ONE)])], element(5)),
        statement([([(1, ONE)], [(0, 0, bytes(32))])], element(5)),
        statement([([(1, N.to_bytes(32))], [(0, 0, ONE)])], element(5)),
        statement([([(1, ONE)], [(1, 0, ONE)])], element(5)),
        statement([([(1, ONE)], [(2**32 - 1, 0, ONE)])], element(5)),
        statement([([(2, ONE)], [(0, 0, ONE)])], element(5)),
        statement([([(1, ONE), (2, ONE)], [(0, 0, ONE)])], element(5), element(N - 5)),
        statement([GOOD] * 60, element(5)),
    ],
)
def test_statements_that_are_not_well_formed_are_refused(encoded):
    with pytest.raises(BadEncoding):
        parse(encoded)
