"""A terminal's line to two real servers: mutual TLS, signatures, and PIN proofs.

Key stretching is left out: the customers' secrets are made without a PIN, so the bank's evaluated
element is not needed and a proof costs what it costs the bank. All else is as a kiosk does it.
"""

import http.client
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from benchmarks.soak.customer import Reply
from protocol.encoding import b64url_decode, b64url_encode
from protocol.errors import ProtocolError
from protocol.ids import new_uid
from protocol.messages.accounts import BalanceAnswer, StatementAnswer
from protocol.messages.money import Order
from protocol.messages.pin import PinProof, PinStartAnswer, PinStartRequest
from protocol.messages.staff import CustomerAnswer
from protocol.orders import order_bytes
from protocol.pin.context import Context, digest
from protocol.pin.group import encode_element, generator, multiply, random_scalar
from protocol.pin.prover import PinSecret, prove_pin
from protocol.signing import GENESIS, body_hash, sign_request

ATTEMPT_S: Final = 3.0
PROOF_S: Final = 20.0


@dataclass(frozen=True)
class Credential:
    """Whose proofs a line makes: the credential id (16 bytes) and the secret behind it."""

    account: bytes
    secret: PinSecret


@dataclass(frozen=True)
class Identity:
    """A terminal's name, certificate and key files, and SHA-256 of its leaf's DER."""

    terminal: str
    certificate_file: Path
    key_file: Path
    trust_file: Path
    certificate_sha256: bytes


class HttpsLine:
    """One terminal with one open session; as many connections as it has requests at once."""

    def __init__(
        self,
        identity: Identity,
        ports: dict[str, int],
        session: bytes,
        credential: Credential,
        realm: str,
        ring: str = "",
    ) -> None:
        """`ring` is the customer whose accounts `sweep` reads, for a teller's terminal."""
        self.terminal = identity.terminal
        self.session = b64url_encode(digest(session))
        self._identity, self._ports, self._credential = identity, ports, credential
        self._session = b64url_encode(session)
        self._realm, self._ring = realm, ring
        self._context = ssl.create_default_context(cafile=str(identity.trust_file))
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(identity.certificate_file, identity.key_file)
        key = load_pem_private_key(identity.key_file.read_bytes(), None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise TypeError("not a terminal's key")
        self._key = key
        self._idle: dict[str, list[http.client.HTTPSConnection]] = {name: [] for name in ports}
        self._chain_lock = threading.Lock()
        self._chain = new_uid(time.time_ns() // 10**6)
        self._seq, self._prev = 0, GENESIS

    def sign(self, order: Order, original: bytes | None = None) -> bytes:
        """Return a new JWS at the next place of the terminal's chain."""
        with self._chain_lock:
            jws = sign_request(
                self._key,
                kid=self._identity.certificate_sha256,
                order=order_bytes(order),
                chain=self._chain,
                seq=self._seq,
                prev=self._prev,
                original=original,
            )
            self._seq, self._prev = self._seq + 1, body_hash(jws)
            return jws

    def set_place(self, seq: int) -> None:
        """Go on signing at another place of the chain, as a terminal restored from a backup."""
        with self._chain_lock:
            self._seq = seq

    def send(self, server: str, jws: bytes, pin: PinProof | None) -> Reply:
        """Send a movement once."""
        body: dict[str, Any] = {"jws": jws.decode("ascii")}
        if pin is not None:
            body["pin"] = pin.model_dump()
        return self._ask(server, "POST", "/v1/movements", body)

    def prove(self, order: Order) -> PinProof | None:
        """Return a PIN proof over the order; None if no server would begin one."""
        body = order_bytes(order)
        request = PinStartRequest(
            attempt=new_uid(time.time_ns() // 10**6),
            account=b64url_encode(self._credential.account),
            purpose="txn",
            factor1="",
            record="",
            body_digest=b64url_encode(digest(body)),
            session=self._session,
            blinded=b64url_encode(encode_element(multiply(generator(), random_scalar()))),
        )
        end_s = time.monotonic() + PROOF_S
        server = secrets.choice(list(self._ports))
        while time.monotonic() < end_s:
            reply = self._ask(server, "POST", "/v1/pin/start", request.model_dump())
            if reply.status == 200:
                return self._proof(PinStartAnswer.model_validate_json(reply.body), body)
            if reply.status in (400, 401, 403, 423):
                return None
            time.sleep(0.2)
            server = next(name for name in self._ports if name != server)
        return None

    def _proof(self, answer: PinStartAnswer, body: bytes) -> PinProof | None:
        context = Context(
            purpose="txn",
            realm=self._realm,
            account=self._credential.account,
            terminal_id=self.terminal,
            terminal_cert_hash=self._identity.certificate_sha256,
            factor1=b"",
            body_digest=digest(body),
        )
        token = b64url_decode(answer.token)
        try:
            proof = prove_pin(context, token, self._credential.secret)
        except ProtocolError:
            return None
        return PinProof(token=b64url_encode(token), proof=b64url_encode(proof.data))

    def balance(self, server: str, number: str) -> BalanceAnswer | None:
        """Return an account's balance."""
        reply = self._ask(server, "GET", f"/v1/accounts/{number}/balance")
        return BalanceAnswer.model_validate_json(reply.body) if reply.status == 200 else None

    def sweep(self, server: str) -> tuple[tuple[str, int, int], ...] | None:
        """Return all accounts of the ring's customer, as a teller reads them."""
        return self.accounts(server, self._ring)

    def accounts(self, server: str, customer: str) -> tuple[tuple[str, int, int], ...] | None:
        """Return all accounts of a customer in one answer: number, booked, held."""
        reply = self._ask(server, "GET", f"/v1/staff/customers/{customer}")
        if reply.status != 200:
            return None
        found = CustomerAnswer.model_validate_json(reply.body)
        return tuple((row.number, row.booked_minor, row.held_minor) for row in found.accounts)

    def statement(self, server: str, number: str, before: int | None) -> StatementAnswer | None:
        """Return a page of any account's statement, as a teller reads it."""
        query = "?limit=100" + (f"&before={before}" if before else "")
        reply = self._ask(server, "GET", f"/v1/staff/accounts/{number}/statement{query}")
        return StatementAnswer.model_validate_json(reply.body) if reply.status == 200 else None

    def ready(self, server: str) -> bool:
        """Whether the server says that it may be given work."""
        return self._ask(server, "GET", "/readyz").status == 200

    def _ask(
        self, server: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Reply:
        data = None if body is None else json.dumps(body).encode("ascii")
        headers = {"Session": self._session, "Content-Type": "application/json"}
        try:
            connection = self._idle[server].pop()
        except IndexError:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self._ports[server], timeout=ATTEMPT_S, context=self._context
            )
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            connection.close()
            return Reply(0, b"")
        self._idle[server].append(connection)
        return reply

    def close(self) -> None:
        """Close all connections."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
