"""Who the terminal is: its key and certificate on disk."""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from backend_client.errors import IdentityUnusable
from backend_client.key_pair import pair_in_use


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """A terminal's P-256 key, its certificate's hash (SHA-256 of the DER) and its id (the CN)."""

    terminal_id: str
    certificate_file: Path
    key_file: Path
    certificate_hash: bytes
    not_before: datetime
    not_after: datetime
    subject: x509.Name
    private_key: EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the identity in ``folder``: the pair in use (``backend_client.key_pair``).

        Raises:
            IdentityUnusable: a file is missing or unreadable, others may read the key, the key is
                not P-256 or not the certificate's, or the certificate has no common name.
        """
        certificate_file, key_file = pair_in_use(folder)
        try:
            certificate = x509.load_pem_x509_certificates(certificate_file.read_bytes())[0]
            key = load_pem_private_key(key_file.read_bytes(), password=None)
            # Windows has no such bits: there the folder's access list protects the key.
            exposed = os.name == "posix" and stat.S_IMODE(key_file.stat().st_mode) & 0o077
        except (OSError, ValueError, TypeError) as error:
            raise IdentityUnusable(f"no usable key and certificate in {folder}: {error}") from error
        if exposed:
            raise IdentityUnusable(f"{key_file} may be read by others")
        if not (isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)):
            raise IdentityUnusable("the terminal's key is not a P-256 key")
        if key.public_key() != certificate.public_key():
            raise IdentityUnusable("key and certificate do not belong together")
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if len(names) != 1:
            raise IdentityUnusable("the certificate has no common name")
        return cls(
            terminal_id=str(names[0].value),
            certificate_file=certificate_file,
            key_file=key_file,
            certificate_hash=hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            subject=certificate.subject,
            private_key=key,
        )
