"""Whether a port that a bank server wanted is that very server's already."""

import socket
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

TIMEOUT_S = 2.0
# Who listens on every address is asked on loopback.
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def family_of(address: str) -> socket.AddressFamily:
    """Return the family of an IP address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def is_server(address: str, port: int, certificate_file: Path) -> bool:
    """Whether the server of `certificate_file` (PEM, its leaf first) already answers there.

    Errors: OSError, ValueError where the file cannot be read.
    """
    own = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Nothing is sent: only the certificate is looked at, and it is compared with our own.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((_ANY.get(address, address), port), TIMEOUT_S) as connection,
            context.wrap_socket(connection) as channel,
        ):
            return channel.getpeercert(binary_form=True) == own.public_bytes(Encoding.DER)
    except OSError:
        return False
