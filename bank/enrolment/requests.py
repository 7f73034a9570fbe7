"""PKCS#10 in and PKCS#7 out, as RFC 7030 has them: base64 of DER."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from bank.enrolment.errors import BadRequest
from bank.terminals.registry import Kind
from protocol.enrolment import key_sha256

MAX_BODY_BYTES: Final = 4096
"""Of base64; a request for a P-256 key has some 400."""
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_KINDS: Final[dict[str, Kind]] = {"atm": "atm", "teller": "teller"}


@dataclass(frozen=True)
class CertificateRequest:
    """A request whose own signature holds: whoever made it has the key."""

    terminal: str
    kind: Kind
    key: EllipticCurvePublicKey
    key_sha256: bytes
    der: bytes


def read_request(body: bytes) -> CertificateRequest:
    """Read an ``application/pkcs10`` body: base64, with or without line ends.

    The subject's common name is the terminal, its organisational unit ``atm`` or ``teller``
    (none: ``atm``). Whatever else is wished for, extensions too, is left out.

    Raises:
        BadRequest: not that, or for another kind of key.
    """
    try:
        der = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error as error:
        raise BadRequest("not base64") from error
    return _read(der)


def read_kept_request(der: bytes) -> CertificateRequest:
    """Read a request that was taken before. Errors: BadRequest."""
    return _read(der)


def _read(der: bytes) -> CertificateRequest:
    try:
        request = x509.load_der_x509_csr(der)
        key, signed = request.public_key(), request.is_signature_valid
        names = [name.value for name in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        units = [
            unit.value
            for unit in request.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        ]
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadRequest("not a certification request") from error
    if not (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)):
        raise BadRequest("only for P-256 keys")
    if not signed:
        raise BadRequest("not signed by its own key")
    if len(names) != 1 or not isinstance(names[0], str) or not _NAME.fullmatch(names[0]):
        raise BadRequest("no terminal's name")
    kind = _KINDS.get(str(units[0])) if units else "atm"
    if kind is None or len(units) > 1:
        raise BadRequest("a terminal is an atm or a teller's")
    return CertificateRequest(names[0], kind, key, key_sha256(key), der)


def certs_only(certificates: Sequence[x509.Certificate]) -> bytes:
    """Return the body of ``application/pkcs7-mime; smime-type=certs-only``: base64 in lines."""
    return base64.encodebytes(pkcs7.serialize_certificates(list(certificates), Encoding.DER))
