"""A key's 25 characters: what two people compare by telephone."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from protocol.enrolment import BITS, characters, key_sha256, typed
from protocol.signs import ALPHABET, signs

NAMES = st.binary(min_size=32, max_size=32)


def first_bits(data: bytes) -> int:
    return int.from_bytes(data) >> 256 - BITS


@given(NAMES)
def test_they_are_the_first_125_bits_and_can_be_read_back(name):
    shown = characters(name)
    assert [len(group) for group in shown.split(" ")] == [5] * 5
    value = 0
    for sign in shown.replace(" ", ""):
        value = value * 32 + ALPHABET.index(sign)
    assert value == first_bits(name)


@given(NAMES, NAMES)
def test_two_names_share_them_only_with_their_first_125_bits(one, other):
    assert (characters(one) == characters(other)) == (first_bits(one) == first_bits(other))


@given(NAMES, st.integers(min_value=0, max_value=255))
def test_each_of_the_125_bits_counts_and_no_other(name, place):
    other = (int.from_bytes(name) ^ 1 << 255 - place).to_bytes(32)
    assert (characters(name) != characters(other)) == (place < BITS)


@given(NAMES, st.sampled_from(["", " ", "-"]))
def test_typed_characters_are_known_however_they_were_typed(name, between):
    shown = characters(name)
    assert typed(shown.lower().replace(" ", between)) == shown


@given(st.text(max_size=40))
def test_whatever_is_typed_is_characters_or_nothing(text):
    found = typed(text)
    assert found is None or typed(found) == found


def test_no_two_signs_look_alike():
    assert len(set(ALPHABET)) == 32
    assert not set("01IO") & set(ALPHABET)


def test_a_key_is_named_by_its_subject_public_key_info():
    key = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_sha256(key) == hashlib.sha256(spki).digest()
    with pytest.raises(ValueError, match="fewer bits"):
        signs(b"\1", 2)
