"""Records: short statements that one server signs and any server of the bank believes later.

A record is a compact JWS (RFC 7515, ES256) of canonical JSON under the key set's record key. Its
header's ``typ`` is its kind, so that a sign-up ticket can never pass for a factor 1 record. What a
record means, and until when, is its reader's affair.
"""

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from bank.keys.errors import RecordRefused
from bank.keys.keyset import KeySet
from protocol.encoding import Json, canonical_json, load_json
from protocol.errors import BadEncoding

MAX_RECORD_BYTES: Final = 1024
_REGISTRY: Final = jws.JWSRegistry(algorithms=["ES256"])


def sign_record(keys: KeySet, kind: str, statement: Mapping[str, Json]) -> bytes:
    """Return `statement` as a signed record of `kind`, at most 1,024 bytes.

    Raises:
        BadEncoding: no canonical JSON, or too long.
    """
    record = jws.serialize_compact(
        {"alg": "ES256", "typ": kind},
        canonical_json(statement),
        ECKey.import_key(keys.record_key),
        registry=_REGISTRY,
    ).encode("ascii")
    if len(record) > MAX_RECORD_BYTES:
        raise BadEncoding("a record is at most 1,024 bytes")
    return record


def read_record(keys: KeySet, kind: str, record: bytes) -> dict[str, Any]:
    """Return the statement in a record of `kind` that this bank signed.

    Raises:
        RecordRefused: not a record, too long, of another kind, or signed by another key.
    """
    return read_signed(keys.record_key.public_key(), kind, record)


def read_signed(key: ec.EllipticCurvePublicKey, kind: str, record: bytes) -> dict[str, Any]:
    """As `read_record`, for those who hold the bank's public key alone."""
    if not 0 < len(record) <= MAX_RECORD_BYTES:
        raise RecordRefused("not a record")
    try:
        found = jws.deserialize_compact(record, ECKey.import_key(key), registry=_REGISTRY)
        if found.headers() != {"alg": "ES256", "typ": kind}:
            raise RecordRefused("a record of another kind")
        return load_json(found.payload)
    except (JoseError, BadEncoding, ValueError) as error:
        raise RecordRefused("not signed by this bank") from error
