import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import (
    MAX_JSON_INT,
    b64url_decode,
    b64url_encode,
    canonical_json,
    le32,
    le64,
    load_json,
    v,
)
from protocol.errors import BadEncoding

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_JSON_INT, MAX_JSON_INT) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
objects = st.dictionaries(texts, values, max_size=5)


@given(st.binary(max_size=200))
def test_base64url_round_trip(data):
    text = b64url_encode(data)
    assert "=" not in text
    assert b64url_decode(text) == data


@given(st.text(max_size=12))
def test_base64url_has_one_spelling(text):
    try:
        data = b64url_decode(text)
    except BadEncoding:
        return
    assert b64url_encode(data) == text


@pytest.mark.parametrize(
    "text", ["A", "AA==", "AB", "AA\n", " AA", "A+A", "A/A", "AA=", "ÄÄ", "A A"]
)
def test_base64url_that_is_not_canonical_is_refused(text):
    with pytest.raises(BadEncoding):
        b64url_decode(text)


@given(objects)
def test_canonical_json_reads_back_and_is_one_spelling(value):
    data = canonical_json(value)
    assert data.isascii()
    assert load_json(data) == value
    shuffled = dict(reversed(list(value.items())))
    assert canonical_json(shuffled) == data


def test_canonical_json_to_the_byte():
    order = {"uid": "ff", "amount_minor": 20000, "text": "Café \u20ac", "b": [None, True]}
    assert canonical_json(order) == (
        rb'{"amount_minor":20000,"b":[null,true],"text":"Caf\u00e9 \u20ac","uid":"ff"}'
    )


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53 + 1, -(2**63), "\ud800", b"x", {1: 2}, {"a": {"\udfff": 1}}],
)
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(BadEncoding):
        canonical_json({"a": value})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'{"a":1,"a":1}',
        b'{"x":{"a":1,"a":2}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":9007199254740993}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":1} x',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"a":"' + b"x" * 70_000 + b'"}',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_json_that_is_not_strict_is_refused(data):
    with pytest.raises(BadEncoding):
        load_json(data)


def test_limit_is_the_callers():
    with pytest.raises(BadEncoding):
        load_json(b'{"a":1}', max_bytes=6)


@given(objects)
def test_plain_json_is_read_as_python_reads_it(value):
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_length_prefix_and_little_endian():
    assert v(b"abc") == b"\x03\x00\x00\x00abc"
    assert le32(7) == b"\x07\x00\x00\x00"
    assert le64(2**40) == b"\x00\x00\x00\x00\x00\x01\x00\x00"


@pytest.mark.parametrize(
    ("encode", "value"), [(le32, -1), (le32, 2**32), (le64, -1), (le64, 2**64)]
)
def test_numbers_that_do_not_fit_are_refused(encode, value):
    with pytest.raises(BadEncoding):
        encode(value)
