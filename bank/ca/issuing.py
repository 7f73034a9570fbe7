"""What a server needs to issue terminals' certificates: the issuer with its key, and the root."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from bank.ca.authority import Authority
from bank.ca.demo import read_authority
from bank.ca.errors import AuthorityUnreadable


@dataclass(frozen=True)
class Issuing:
    """The issuer of terminals' certificates and the root above it."""

    issuer: Authority
    root: x509.Certificate


def load_issuing(data_dir: Path) -> Issuing | None:
    """Return what lies in ``bank/ca``, or None where this server is not to issue anything.

    Raises:
        AuthorityUnreadable: the key or a certificate is there but damaged.
    """
    issuer = read_authority(data_dir / "bank" / "ca", "terminals")
    if issuer is None:
        return None
    trust_file = data_dir / "bank" / "trust.pem"
    try:
        root = x509.load_pem_x509_certificate(trust_file.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityUnreadable(f"the certificate {trust_file} cannot be read") from error
    return Issuing(issuer, root)
