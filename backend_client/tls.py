"""Mutual TLS 1.3 for ``requests``: one trusted CA, the peer's certificate within reach.

Passing an ``ssl_context`` alone is not enough: ``requests`` would load the public CAs into it when
it checks the certificate, so ``cert_verify`` is overridden here.
"""

import hashlib
import ssl
from pathlib import Path
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.response import HTTPResponse

from backend_client.bank_time import BankTime
from backend_client.errors import IdentityUnusable
from backend_client.identity import TerminalIdentity

_NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name."""
_POOL_SIZE: Final = 8


class CertificateOver(ssl.SSLError):
    """The server's certificate ended before the bank's own time."""


def client_context(identity: TerminalIdentity, trust_file: Path) -> ssl.SSLContext:
    """Return a context that shows ``identity`` and trusts only the CA in ``trust_file``.

    Raises:
        IdentityUnusable: a file cannot be loaded, or no CA is in it.
    """
    context = anonymous_context(trust_file)
    try:
        context.load_cert_chain(identity.certificate_file, identity.key_file)
    except (OSError, ssl.SSLError) as error:
        raise IdentityUnusable(f"cannot load certificates: {error}") from error
    return context


def anonymous_context(trust_file: Path) -> ssl.SSLContext:
    """Return a context that shows nothing and trusts only the CA in ``trust_file``.

    Raises:
        IdentityUnusable: the file cannot be loaded, or no CA is in it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= _NO_CHECK_TIME
    try:
        context.load_verify_locations(cafile=trust_file)
    except (OSError, ssl.SSLError) as error:
        raise IdentityUnusable(f"cannot load certificates: {error}") from error
    if not context.get_ca_certs():
        raise IdentityUnusable(f"no CA in {trust_file}")
    return context


def server_session(context: ssl.SSLContext, bank_time: BankTime) -> requests.Session:
    """Return a session that speaks HTTPS by ``context`` and nothing else.

    Proxies, ``.netrc`` and CA bundles named by the environment are not looked at.
    """
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", _Adapter(context, bank_time))
    return session


def peer_hash(response: requests.Response) -> bytes:
    """Return SHA-256 of the leaf certificate of the connection that carried ``response``."""
    peer_der: bytes = response.raw.peer_der  # type: ignore[union-attr]
    return hashlib.sha256(peer_der).digest()


class _Connection(HTTPSConnection):
    bank_time: BankTime
    peer_der = b""

    def connect(self) -> None:
        super().connect()
        if not isinstance(self.sock, ssl.SSLSocket):
            raise ssl.SSLError("not a TLS connection")
        self.peer_der = self.sock.getpeercert(binary_form=True) or b""
        if self.bank_time.is_over(self.peer_der):
            self.close()
            raise CertificateOver("the server's certificate is over")

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        # Noted on the answer, because the connection may serve another by the time it is read.
        response = super().getresponse()
        response.peer_der = self.peer_der  # type: ignore[attr-defined]
        return response


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, bank_time: BankTime) -> None:
        self._context = context
        self._connection_class = type("_Connection", (_Connection,), {"bank_time": bank_time})
        super().__init__(pool_connections=1, pool_maxsize=_POOL_SIZE, max_retries=0)

    def init_poolmanager(self, *_args: Any, **_kwargs: Any) -> None:
        pool_class = type(
            "_Pool", (HTTPSConnectionPool,), {"ConnectionCls": self._connection_class}
        )
        self.poolmanager = PoolManager(
            num_pools=1, maxsize=_POOL_SIZE, block=False, ssl_context=self._context
        )
        self.poolmanager.pool_classes_by_scheme = {"https": pool_class}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002
        # The context has it all: no bundle, no file and no "verify=False" of a caller counts.
        conn.cert_reqs = "CERT_REQUIRED"
