"""Terminals and their certificates.

A certificate that was ever issued to a terminal goes on verifying its advices; only its status
says whether it may start something new (MONEY.md 5).
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bank.keys import KeySet, sign_record
from bank.ledger.accounts import OWN_ENTRY, own_entry
from bank.store.pool import Connection, Pool
from protocol.signing import key_id

CACHE_S: Final = 2.0
"""A denied terminal is stopped within this time."""
MAX_CACHED: Final = 10_000

Kind = Literal["atm", "teller"]
CertificateState = Literal["good", "over", "denied"]
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Terminal:
    """A terminal as the registry has it."""

    id: str
    kind: Kind
    active: bool
    chain_known: bool = True
    """Whether the bank knows its journal as it told it last; if not, it starts nothing new."""
    certificate: CertificateState = "good"
    """Of the certificate it was found by; by one that is not good nobody gets anything."""


class TerminalRegistry:
    """Looks up certificates, remembering each answer for `CACHE_S`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[bytes, tuple[float, Terminal]] = {}
        self._asked: asyncio.Future[dict[bytes, Terminal]] | None = None
        self._asked_for: set[bytes] = set()
        self._public_keys: dict[tuple[str, bytes], EllipticCurvePublicKey] = {}

    async def by_certificate(self, sha256: bytes) -> Terminal | None:
        """Return the terminal a certificate was issued to. Errors: StoreUnavailable."""
        cached = self._known.get(sha256)
        if cached is not None and time.monotonic() - cached[0] < CACHE_S:
            return cached[1]
        asked = self._asked
        if asked is None or asked.done() or sha256 not in self._asked_for:
            # With all others that are known: they would be due one by one at the same time.
            self._asked_for = {*self._known, sha256}
            asked = self._asked = asyncio.ensure_future(self._read(list(self._asked_for)))
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        found = await asyncio.shield(asked)
        return found.get(sha256)

    def forget(self, terminal: str) -> None:
        """Look a terminal's certificates up again at the next request: it said hello."""
        for sha256 in [one for one, (_, found) in self._known.items() if found.id == terminal]:
            del self._known[sha256]

    async def _read(self, certificates: list[bytes]) -> dict[bytes, Terminal]:
        now = time.monotonic()

        async def read(connection: Connection) -> dict[bytes, Terminal]:
            cursor = await connection.execute(
                "SELECT c.sha256, t.id, t.kind, t.status = 'active',"
                " coalesce(h.standing = 'known', true),"
                " CASE WHEN c.denied_at IS NOT NULL THEN 'denied'"
                " WHEN c.not_after < clock_timestamp() THEN 'over' ELSE 'good' END"
                " FROM terminal_certificates c JOIN terminals t ON t.id = c.terminal"
                " LEFT JOIN terminal_hellos h ON h.terminal = t.id WHERE c.sha256 = ANY (%s)",
                [certificates],
            )
            return {bytes(row[0]): Terminal(*row[1:]) for row in await cursor.fetchall()}

        found = await self._pool.run(read)
        for one in certificates:
            self._known.pop(one, None)
        for one, terminal in found.items():
            _remember(self._known, one, (now, terminal))
        return found

    async def public_key(self, terminal: str, sha256: bytes) -> EllipticCurvePublicKey | None:
        """Return the key of a certificate ever issued to `terminal`. Errors: StoreUnavailable."""
        known = self._public_keys.get((terminal, sha256))
        if known is not None:
            return known

        async def read(connection: Connection) -> bytes | None:
            cursor = await connection.execute(
                "SELECT der FROM terminal_certificates WHERE sha256 = %s AND terminal = %s",
                [sha256, terminal],
            )
            row = await cursor.fetchone()
            return None if row is None else bytes(row[0])

        der = await self._pool.run(read)
        if der is None:
            return None
        key = x509.load_der_x509_certificate(der).public_key()
        if not isinstance(key, EllipticCurvePublicKey):
            return None
        _remember(self._public_keys, (terminal, sha256), key)
        return key


def _remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    if len(known) >= MAX_CACHED:
        known.clear()
    known[key] = value


def register_terminal(
    connection: psycopg.Connection[tuple[object, ...]],
    *,
    terminal: str,
    kind: Kind,
    currency: str,
    loaded_minor: int,
) -> bool:
    """Make a terminal with its cash account, once; as the owner of the database.

    `loaded_minor` is the sum of the notes it was loaded with, the most it may pay out. Return
    whether it is new. Errors: psycopg.Error.
    """
    known = connection.execute("SELECT FROM terminals WHERE id = %s", [terminal]).fetchone()
    connection.execute(
        "SELECT ledger_register_terminal(%s, %s, %s, %s)",
        [terminal, kind, currency, loaded_minor],
    )
    return known is None


def book_opening_load(
    connection: psycopg.Connection[tuple[object, ...]],
    keys: KeySet,
    *,
    terminal: str,
    currency: str,
    loaded_minor: int,
    time_zone: str,
) -> None:
    """Book what a new terminal was loaded with from the vault, signed as the bank's own entry.

    As the owner of the database. Errors: psycopg.Error.
    """
    entry = own_entry("opening_load", terminal, currency, loaded_minor)
    connection.execute(
        "SELECT ledger_opening_load(%s, %s, %s, %s)",
        [terminal, loaded_minor, time_zone, sign_record(keys, OWN_ENTRY, entry).decode("ascii")],
    )


def add_certificate(
    connection: psycopg.Connection[tuple[object, ...]], *, terminal: str, der: bytes
) -> None:
    """Record a certificate as issued to `terminal`, once. Errors: psycopg.Error, ValueError."""
    certificate = x509.load_der_x509_certificate(der)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    connection.execute(
        "INSERT INTO terminal_certificates (sha256, terminal, der, key_sha256, not_after)"
        " VALUES (%s, %s, %s, sha256(%s), %s) ON CONFLICT (sha256) DO NOTHING",
        [key_id(der), terminal, der, key, certificate.not_valid_after_utc],
    )
