"""A terminal's key and certificate on disk, and how the next pair takes their place.

``key.pem`` and ``cert.pem`` (the leaf, then its issuer) are the pair in use. A new one is made
beside them in ``next/``, its key first: with a certificate beside it, it is complete, and from that
moment it is the one in use. Then its files are copied over the old ones, and ``next/`` is emptied,
certificate first. A power cut at any point leaves one pair that fits; a test cuts at each.
"""

from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from backend_client.errors import IdentityUnusable
from backend_client.private_file import keep_names, write_private

NEXT: Final = "next"
CERTIFICATE: Final = "cert.pem"
KEY: Final = "key.pem"


def pair_in_use(folder: Path) -> tuple[Path, Path]:
    """Return the files of certificate and key that count. They need not exist."""
    place = folder / NEXT if (folder / NEXT / CERTIFICATE).exists() else folder
    return place / CERTIFICATE, place / KEY


def next_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key that a certificate is being asked for, made (P-256, 0600) if there is none.

    The same one after a restart, so that what was approved of it stays approved.

    Raises:
        IdentityUnusable: a key is there but unreadable.
        OSError: the disk does not take it.
    """
    settle(folder)
    place = folder / NEXT
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_names(folder)
    if (place / KEY).exists():
        pending = _read(place / KEY)
        if not (folder / KEY).exists() or _read(folder / KEY) != pending:
            return _key(pending, place / KEY)
        # It has become the one in use: a cut came between the last two steps of `settle`.
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(place / KEY, pem)
    return key


def drop_next_key(folder: Path) -> None:
    """Forget the key that was being asked for: the bank will have none of it. Errors: OSError."""
    (folder / NEXT / KEY).unlink(missing_ok=True)


def keep_certificate(folder: Path, leaf: x509.Certificate, issuer: x509.Certificate) -> None:
    """Complete the next pair: it is in use from here on, also after a power cut. Errors: OSError.

    The leaf is of `next_key`.
    """
    chain = leaf.public_bytes(Encoding.PEM) + issuer.public_bytes(Encoding.PEM)
    write_private(folder / NEXT / CERTIFICATE, chain)
    settle(folder)


def settle(folder: Path) -> None:
    """Put a complete next pair in the old one's place, as far as that was not done. OSError."""
    place = folder / NEXT
    if not (place / CERTIFICATE).exists():
        return
    for name in (CERTIFICATE, KEY):
        write_private(folder / name, (place / name).read_bytes())
    (place / CERTIFICATE).unlink()
    keep_names(place)
    (place / KEY).unlink()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise IdentityUnusable(f"the key {file} cannot be read") from error


def _key(pem: bytes, file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise IdentityUnusable(f"the key {file} is damaged") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityUnusable(f"the key {file} is of another kind")
    return key
