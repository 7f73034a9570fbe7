"""TLS 1.3 with certificates at both ends."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name."""


@dataclass(frozen=True)
class ServerIdentity:
    """The files of a server's certificate chain and key, and the CA both ends trust."""

    certificate_file: Path
    key_file: Path
    trust_file: Path


def server_context(identity: ServerIdentity) -> ssl.SSLContext:
    """Return a context that speaks TLS 1.3 only and refuses a peer without the CA's certificate.

    Whether a certificate is over is not judged here but at each request, by the database's clock
    (`bank.api.peer`): all servers see the same end, and the terminal is told why in words.

    Raises:
        OSError, ssl.SSLError: a file is missing or is not what it should be.
    """
    context = enrolment_context(identity)
    context.load_verify_locations(identity.trust_file)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= _NO_CHECK_TIME
    return context


def enrolment_context(identity: ServerIdentity) -> ssl.SSLContext:
    """Return a context that speaks TLS 1.3 only and asks nobody for a certificate.

    Raises:
        OSError, ssl.SSLError: a file is missing or is not what it should be.
    """
    for file in (identity.certificate_file, identity.key_file, identity.trust_file):
        file.open("rb").close()  # whose error names the file; ssl's does not
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    context.set_alpn_protocols(["http/1.1"])
    return context
