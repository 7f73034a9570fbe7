"""A key set on its way to another server: sealed to the public key of that server's certificate.

A compact JWE (RFC 7516): ECDH-ES+A256KW to the certificate's P-256 key, A256GCM over the key set's
file. Only the holder of the certificate's private key opens it. That it is the right set shows
against the database: a server with another one does not get ready.
"""

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from bank.keys.errors import KeySetUnreadable
from bank.keys.file import key_set_from_json, key_set_json
from bank.keys.keyset import KeySet

_ALGORITHMS: Final = ["ECDH-ES+A256KW", "A256GCM"]
_TYPE: Final = "fortress-atm key set"
MAX_BYTES: Final = 1 << 16


def wrap_key_set(keys: KeySet, certificate: x509.Certificate) -> str:
    """Return the set sealed to `certificate`. Errors: ValueError for a key that is not P-256."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        public.curve, ec.SECP256R1
    ):
        raise ValueError("a key set is carried to a certificate with a P-256 key")
    header = {"alg": _ALGORITHMS[0], "enc": _ALGORITHMS[1], "typ": _TYPE}
    return jwe.encrypt_compact(
        header, key_set_json(keys), ECKey.import_key(public), algorithms=_ALGORITHMS
    )


def unwrap_key_set(sealed: str, key: ec.EllipticCurvePrivateKey) -> KeySet:
    """Return the set in `sealed`. Errors: KeySetUnreadable: not for this key, or changed."""
    if len(sealed) > MAX_BYTES:
        raise KeySetUnreadable("that is no carried key set")
    try:
        opened = jwe.decrypt_compact(sealed, ECKey.import_key(key), algorithms=_ALGORITHMS)
        if opened.protected.get("typ") != _TYPE or opened.plaintext is None:
            raise KeySetUnreadable("that is no carried key set")
        return key_set_from_json(opened.plaintext)
    except (JoseError, ValueError) as error:
        raise KeySetUnreadable("the carried key set does not open with this key") from error
