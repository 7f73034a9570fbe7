"""Signed requests: a compact JWS (RFC 7515, ES256) around an order's exact bytes (MONEY.md 1).

Payload, canonical JSON: ``order`` (the order's bytes, base64url), ``chain`` (uid of the terminal's
journal chain), ``seq`` (position in it), ``prev`` (SHA-256 of the chain's previous JWS, 32 zero
bytes before the first), and in a reversal ``original`` (the JWS it takes back, which fills its gap
at the bank). Header: ``alg`` ES256, ``typ`` atm+jws, ``kid`` SHA-256 of the terminal certificate's
DER, base64url.

ES256 is randomised: sign once, keep the bytes, send the same bytes for ever.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey

from protocol.encoding import b64url_decode, b64url_encode, canonical_json, load_json
from protocol.errors import BadEncoding, BadSignature
from protocol.ids import uid_bytes

MAX_JWS_BYTES: Final = 16_384
MAX_ORDER_BYTES: Final = 4_096
GENESIS: Final = bytes(32)
"""``prev`` of the first JWS of a chain."""

_TYP: Final = "atm+jws"
_ES256: Final = ECDSA(SHA256())
_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
_MEMBERS: Final = {"order", "chain", "seq", "prev"}
_REGISTRY: Final = jws.JWSRegistry(algorithms=["ES256"])


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was signed.

    ``order`` are the exact bytes asked for, ``prev`` 32 bytes, ``original`` the compact JWS that a
    reversal carries, ``kid`` SHA-256 of the signing certificate.
    """

    order: bytes
    chain: str
    seq: int
    prev: bytes
    original: bytes | None
    kid: bytes


def key_id(certificate_der: bytes) -> bytes:
    """Return the ``kid`` of a certificate: SHA-256 of its DER, 32 bytes."""
    return hashlib.sha256(certificate_der).digest()


def body_hash(data: bytes) -> bytes:
    """Return SHA-256 of a complete JWS (32 bytes): what "same body" and ``prev`` mean."""
    return hashlib.sha256(data).digest()


def sign_request(
    private_key: EllipticCurvePrivateKey,
    *,
    kid: bytes,
    order: bytes,
    chain: str,
    seq: int,
    prev: bytes,
    original: bytes | None = None,
) -> bytes:
    """Return a new compact JWS. Write it down before it is sent.

    Raises:
        BadEncoding: a member out of range, or over 16 KiB in all.
    """
    payload: dict[str, str | int] = {
        "order": b64url_encode(order),
        "chain": chain,
        "seq": seq,
        "prev": b64url_encode(prev),
    }
    if original is not None:
        payload["original"] = original.decode("ascii")
    _read_payload(payload, kid)
    header = {"alg": "ES256", "kid": b64url_encode(kid), "typ": _TYP}
    data = jws.serialize_compact(
        header, canonical_json(payload), ECKey.import_key(private_key), registry=_REGISTRY
    ).encode("ascii")
    if len(data) > MAX_JWS_BYTES:
        raise BadEncoding("a JWS is at most 16 KiB")
    return data


def read_request(data: bytes) -> SignedRequest:
    """Return what a JWS says without checking who signed it: to find the key by ``kid``.

    Raises:
        BadEncoding: not a compact JWS of this kind, or over 16 KiB.
    """
    if len(data) > MAX_JWS_BYTES or not _COMPACT.fullmatch(data):
        raise BadEncoding("not a compact JWS of at most 16 KiB")
    header, payload, signature = data.decode("ascii").split(".")
    kid = _read_header(header)
    b64url_decode(signature)
    return _read_payload(load_json(b64url_decode(payload)), kid)


def verify_request(data: bytes, public_key: EllipticCurvePublicKey) -> SignedRequest:
    """Return what ``public_key`` signed.

    Raises:
        BadEncoding: not a compact JWS of this kind, or over 16 KiB.
        BadSignature: signed by another key, or changed since.
    """
    request = read_request(data)
    check_signature(data, public_key)
    return request


def check_signature(data: bytes, public_key: EllipticCurvePublicKey) -> None:
    """Check the ES256 signature of a JWS that ``read_request`` has accepted (RFC 7518 3.4).

    Apart from reading, so that a server that has read a request to find its key by ``kid`` does
    not read it twice.

    Raises:
        BadSignature: signed by another key, or changed since.
    """
    if not isinstance(public_key.curve, SECP256R1):
        raise BadSignature("not a key for ES256")
    signing_input, _, signature = data.rpartition(b".")
    pair = b64url_decode(signature.decode("ascii"))
    der = encode_dss_signature(int.from_bytes(pair[:32]), int.from_bytes(pair[32:]))
    try:
        public_key.verify(der, signing_input, _ES256)
    except InvalidSignature as error:
        raise BadSignature("the signature does not verify") from error


@lru_cache(maxsize=1_024)
def _read_header(text: str) -> bytes:
    # A terminal's header is the same in all it signs, for as long as it has its certificate.
    header = load_json(b64url_decode(text))
    if header.keys() != {"alg", "kid", "typ"} or (header["alg"], header["typ"]) != ("ES256", _TYP):
        raise BadEncoding("another JWS header")
    return _bytes32(header["kid"])


def _read_payload(payload: dict[str, str | int], kid: bytes) -> SignedRequest:
    if payload.keys() - {"original"} != _MEMBERS:
        raise BadEncoding("another payload")
    chain, seq, original = payload["chain"], payload["seq"], payload.get("original")
    if len(kid) != 32:
        raise BadEncoding("a kid has 32 bytes")
    if type(seq) is not int or not 0 <= seq < 2**53:
        raise BadEncoding("seq is out of range")
    if not isinstance(chain, str):
        raise BadEncoding("chain is no uid")
    uid_bytes(chain)
    carried = None
    if original is not None:
        if not isinstance(original, str):
            raise BadEncoding("original is no JWS")
        carried = original.encode("utf-8")
        if not _COMPACT.fullmatch(carried):
            raise BadEncoding("original is no JWS")
    return SignedRequest(
        order=_order(payload["order"]),
        chain=chain,
        seq=seq,
        prev=_bytes32(payload["prev"]),
        original=carried,
        kid=kid,
    )


def _order(text: object) -> bytes:
    if not isinstance(text, str):
        raise BadEncoding("order is no base64url")
    order = b64url_decode(text)
    if not 2 <= len(order) <= MAX_ORDER_BYTES:
        raise BadEncoding("an order is at most 4 KiB")
    return order


def _bytes32(text: object) -> bytes:
    if not isinstance(text, str):
        raise BadEncoding("expected base64url")
    data = b64url_decode(text)
    if len(data) != 32:
        raise BadEncoding("expected 32 bytes")
    return data
