"""Whether a port that a bank server wanted is that very server's already."""

import socket
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

TIMEOUT_S = 2.0


def is_server(port: int, certificate_file: Path) -> bool:
    """Whether the server of `certificate_file` (PEM, its leaf first) already answers on `port`.

    Errors: OSError, ValueError where the file cannot be read.
    """
    own = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Nothing is sent: only the certificate is looked at, and it is compared with our own.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as connection,
            context.wrap_socket(connection) as channel,
        ):
            return channel.getpeercert(binary_form=True) == own.public_bytes(Encoding.DER)
    except OSError:
        return False
