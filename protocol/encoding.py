"""Byte-exact encodings: base64url, length prefixes, canonical JSON and strict JSON.

Canonical JSON is ASCII: members sorted by code point, no spaces, everything outside ASCII as
``\\uXXXX``. ASCII was chosen over UTF-8 so that signed bytes look the same in every log, terminal
and database encoding, and so that no Unicode normalisation on the way can change them.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, TypeAlias

from protocol.errors import BadEncoding

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_JSON_BYTES = 65_536
MAX_JSON_DEPTH = 16
MAX_JSON_INT = 2**53
"""Beyond this a reader that holds numbers as doubles would see another number."""


def b64url_encode(data: bytes) -> str:
    """Return base64url text without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """Return the bytes of base64url text; there is one spelling for each byte string.

    Raises:
        BadEncoding: padding, white space, another alphabet, or unused bits that are not zero.
    """
    try:
        data = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadEncoding("not base64url") from error
    if b64url_encode(data) != text:
        raise BadEncoding("not canonical base64url")
    return data


def le32(value: int) -> bytes:
    """Return ``value`` as 4 bytes, little-endian; raises ``BadEncoding`` outside 0..2^32-1."""
    return _little_endian(value, 4)


def le64(value: int) -> bytes:
    """Return ``value`` as 8 bytes, little-endian; raises ``BadEncoding`` outside 0..2^64-1."""
    return _little_endian(value, 8)


def _little_endian(value: int, length: int) -> bytes:
    try:
        return value.to_bytes(length, "little")
    except OverflowError as error:
        raise BadEncoding(f"does not fit in {length} bytes") from error


def v(data: bytes) -> bytes:
    """Return ``V(data)`` of PIN.md 1: a 4-byte little-endian length, then the bytes."""
    return le32(len(data)) + data


def canonical_json(value: Mapping[str, Json]) -> bytes:
    """Return the one spelling of a JSON object, in ASCII.

    Raises:
        BadEncoding: a float, an integer beyond 2^53, a lone surrogate, a member name that is no
            text, another type, nesting deeper than ``MAX_JSON_DEPTH``, or more than
            ``MAX_JSON_BYTES``.
    """
    _check(value, 0)
    data = _ENCODER.encode(value).encode()
    if len(data) > MAX_JSON_BYTES:
        raise BadEncoding("JSON too long")
    return data


def load_json(data: bytes, max_bytes: int = MAX_JSON_BYTES) -> dict[str, Any]:
    """Return the JSON object in ``data``, read strictly.

    Raises:
        BadEncoding: not UTF-8, not one JSON object, a member twice, NaN or Infinity, a number
            with a fraction or exponent, an integer beyond 2^53, too long, or too deep.
    """
    if len(data) > max_bytes:
        raise BadEncoding("JSON too long")
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadEncoding("not JSON") from error
    if not isinstance(value, dict):
        raise BadEncoding("not a JSON object")
    _check(value, 0)
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadEncoding("a JSON member appears twice")
    return members


def _refuse_number(text: str) -> NoReturn:
    raise BadEncoding(f"not a whole number: {text[:20]}")


def _bounded_int(text: str) -> int:
    # int() of a very long text is quadratic: 2^53 has 16 digits.
    if len(text) > 17:
        raise BadEncoding("number too large")
    return int(text)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True)
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_no_duplicates,
    parse_constant=_refuse_number,
    parse_float=_refuse_number,
    parse_int=_bounded_int,
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _check(value: object, depth: int) -> None:
    if depth > MAX_JSON_DEPTH:
        raise BadEncoding("JSON too deep")
    if isinstance(value, str):
        # Most texts are ASCII, which Python knows without looking at each character.
        if not value.isascii() and _SURROGATE.search(value):
            raise BadEncoding("a lone surrogate is no character")
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_JSON_INT:
            raise BadEncoding("number too large")
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if not isinstance(name, str):
                raise BadEncoding("a member name must be text")
            _check(name, depth)
            _check(member, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    else:
        raise BadEncoding(f"{type(value).__name__} has no place in canonical JSON")
