"""A light client: pre-signed movements over kept mutual TLS connections, one at a time on each.

Plain sockets and a selector, because the client shares the machine with what it measures. Half of
the movements are authorisations, half the confirmations of their holds; declines and replays are
mixed in.
"""

import hashlib
import random
import selectors
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bank.ca import Identity
from benchmarks.ledger_load import DECLINES, FIRST_NUMBER, REPLAYS, SESSIONS, TERMINALS
from protocol.encoding import b64url_encode
from protocol.ids import new_uid
from protocol.messages.money import MovementRequest, Order
from protocol.orders import order_bytes
from protocol.signing import GENESIS, body_hash, key_id, sign_request

READ_BYTES: Final = 65_536


@dataclass
class Signer:
    """One terminal's chain."""

    number: int
    identity: Identity
    chance: random.Random
    chain: str = field(default_factory=lambda: new_uid(time.time_ns() // 1_000_000))
    seq: int = 0
    prev: bytes = GENESIS

    def __post_init__(self) -> None:
        """Read the terminal's key."""
        key = load_pem_private_key(self.identity.key_file.read_bytes(), None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise TypeError("a terminal's key is of an elliptic curve")
        self.key = key
        self.kid = key_id(self.identity.leaf_der)

    def requests(self, count: int) -> list[bytes]:
        """Return `count` complete HTTP requests."""
        made: list[bytes] = []
        while len(made) < count:
            if made and self.chance.random() < 2 * REPLAYS:
                made.append(made[self.chance.randrange(len(made))])
            # Those of the dataset's payers who have a session at this terminal.
            payer = self.number + TERMINALS * self.chance.randrange(1, SESSIONS // TERMINALS)
            customer = UUID(hashlib.md5(f"customer {payer}".encode()).hexdigest())
            # Of another customer's account: refused, and stored like the rest.
            declined = self.chance.random() < 2 * DECLINES
            members = {
                "source": str(FIRST_NUMBER + payer + declined),
                "session": b64url_encode(hashlib.sha256(customer.bytes).digest()),
            }
            order = self._order("authorise", members)
            made.append(self._request(order))
            if not declined:
                made.append(self._request(self._order("confirm", {"original": order.uid})))
        return made[:count]

    def _order(self, kind: str, members: dict[str, str]) -> Order:
        facts = {
            "uid": new_uid(time.time_ns() // 1_000_000),
            "kind": kind,
            "amount_minor": 1_000,
            "currency": "EUR",
            "terminal": f"ATM-{self.number}",
        }
        return Order.model_validate(facts | members)

    def _request(self, order: Order) -> bytes:
        jws = sign_request(
            self.key,
            kid=self.kid,
            order=order_bytes(order),
            chain=self.chain,
            seq=self.seq,
            prev=self.prev,
        )
        self.seq, self.prev = self.seq + 1, body_hash(jws)
        body = MovementRequest(jws=jws.decode()).model_dump_json(exclude_none=True).encode()
        head = (
            "POST /v1/movements HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Request-Id: {order.uid}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass
class Connection:
    """One kept connection and what it has still to send.

    `last` and `moved` are for who asks elsewhere: the request's bytes, and whether it came from
    another server.
    """

    channel: ssl.SSLSocket
    requests: Iterator[bytes]
    sent_s: float = 0.0
    received: bytes = b""
    last: bytes = b""
    moved: bool = False

    def send_next(self) -> bool:
        """Send the next request; False when there is none."""
        data = next(self.requests, None)
        if data is None:
            return False
        self.sent_s = time.perf_counter()
        self.channel.sendall(data)
        return True

    def answered(self) -> int | None:
        """Read what has come; return the status of a complete answer."""
        try:
            part = self.channel.recv(READ_BYTES)
        except ssl.SSLWantReadError:
            return None
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        if len(body) < int(lower[at : lower.find(b"\r\n", at) if b"\r\n" in lower[at:] else None]):
            return None
        self.received = b""
        return int(head[9:12])


def connect(identity: Identity, trust: str, port: int) -> ssl.SSLSocket:
    """Open one connection, as a terminal does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(trust)
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    raw = socket.create_connection(("127.0.0.1", port))
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(raw, server_hostname="127.0.0.1")


@dataclass
class Driven:
    """What came of a run; latencies of answers of 200, in seconds."""

    seconds: float
    statuses: Counter[int]
    took_s: list[float]

    @property
    def per_s(self) -> float:
        """Decisions a second."""
        return self.statuses[200] / self.seconds

    def percentile_ms(self, share: float) -> float:
        """Return a percentile of the latencies."""
        ordered = sorted(self.took_s)
        return 1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def drive(connections: list[Connection], seconds: float) -> Driven:
    """Let every connection send one request after the other for `seconds`."""
    statuses: Counter[int] = Counter()
    took: list[float] = []
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            connection.channel.setblocking(False)
            selector.register(connection.channel, selectors.EVENT_READ, connection)
        began = time.perf_counter()
        end = began + seconds
        open_requests = sum(connection.send_next() for connection in connections)
        while open_requests:
            for key, _ in selector.select(5.0):
                ready: Connection = key.data
                status = ready.answered()
                if status is None:
                    continue
                now = time.perf_counter()
                statuses[status] += 1
                if status == 200:
                    took.append(now - ready.sent_s)
                if now >= end or not ready.send_next():
                    open_requests -= 1
        lasted = time.perf_counter() - began
    return Driven(lasted, statuses, took)
