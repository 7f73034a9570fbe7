"""Movements for the ledger alone: transfers with declines and replays in them, as signed requests
would bring them, but without the signing."""

import asyncio
import hashlib
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import psycopg

from bank.ledger.item import Item, Signed
from bank.ledger.lanes import Ledger

TERMINALS: Final = 64
SESSIONS: Final = 10_000
FIRST_NUMBER: Final = 7_000_000_000
FUNDS_MINOR: Final = 10**9
DECLINES: Final = 0.05
REPLAYS: Final = 0.01
JWS_CHARS: Final = 780
"""As long as a transfer's JWS is."""
_FILLING: Final = "x" * (JWS_CHARS - 32)
_TERMINALS: Final = tuple(f"ATM-{n}" for n in range(TERMINALS))

_FILL: Final = """
INSERT INTO customers (id, user_name_index, sealed, roles)
    SELECT c.id, sha256(uuid_send(c.id)), '', '{{customer}}'
    FROM (SELECT md5('customer ' || n)::uuid AS id FROM generate_series(1, {accounts}) n) AS c;
INSERT INTO customer_usage (customer, day) SELECT id, current_date FROM customers;
INSERT INTO accounts (number, kind, customer, currency, name, booked_minor)
    SELECT ({first} + n)::text, 'customer', md5('customer ' || n)::uuid, 'EUR', 'Current account',
        {funds}
    FROM generate_series(1, {accounts}) n;
INSERT INTO sessions (id_hash, customer, account, terminal, terminal_cert, finger, roles, opened_at,
        refreshed_at, idle_until, expires_at)
    SELECT sha256(uuid_send(md5('customer ' || n)::uuid)), md5('customer ' || n)::uuid, '',
        'ATM-' || n % {terminals}, sha256(''), true, '{{customer}}', now(), now(),
        now() + interval '1 day', now() + interval '1 day'
    FROM generate_series(1, least({accounts}, {sessions})) n;
SELECT ledger_register_terminal('ATM-' || n, 'atm', 'EUR', {funds})
    FROM generate_series(0, {terminals} - 1) n;
"""


def fill(owner_url: str, accounts: int) -> None:
    """Make customers with an account each, sessions of the first 10,000, and terminals."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        text = _FILL.format(
            first=FIRST_NUMBER,
            accounts=accounts,
            funds=FUNDS_MINOR,
            terminals=TERMINALS,
            sessions=SESSIONS,
        )
        for statement in text.split(";\n"):
            if statement.strip():
                owner.execute(statement.encode())
        owner.execute("VACUUM ANALYZE")


@dataclass(frozen=True)
class Payer:
    """What every movement of a customer says alike."""

    customer: UUID
    session: bytes
    number: str
    terminal: int


@dataclass
class Load:
    """Who pays whom. `hot`: one account is the payee of every movement.

    What can be made beforehand is, for the client's part of the CPU is nobody's ledger.
    """

    accounts: int
    hot: bool
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    chains: list[UUID] = field(default_factory=lambda: [uuid.uuid4() for _ in range(TERMINALS)])
    heads: list[int] = field(default_factory=lambda: [0] * TERMINALS)
    past: list[Item] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the customers who pay."""
        for n in range(2, min(self.accounts, SESSIONS) + 1):
            customer = UUID(hashlib.md5(f"customer {n}".encode()).hexdigest())
            session = hashlib.sha256(customer.bytes).digest()
            self.payers.append(Payer(customer, session, str(FIRST_NUMBER + n), n % TERMINALS))

    def item(self) -> Item:
        """Return the next movement."""
        chance = self.chance.random
        if self.past and chance() < REPLAYS:
            return self.past[int(chance() * len(self.past))]
        payer = self.payers[int(chance() * len(self.payers))]
        payee = 1 if self.hot else 2 + int(chance() * (self.accounts - 1))
        terminal = payer.terminal
        seq = self.heads[terminal]
        self.heads[terminal] = seq + 1
        # The layout of a version 7 (RFC 9562 section 5.7).
        milliseconds = time.time_ns() // 1_000_000
        uid = UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | self.chance.getrandbits(62))
        jws = uid.hex + _FILLING
        digest = hashlib.sha256(jws.encode()).digest()
        item = Item(
            terminal=_TERMINALS[terminal],
            uid=uid,
            kind="transfer",
            amount_minor=FUNDS_MINOR * 2 if chance() < DECLINES else 1 + int(chance() * 5_000),
            currency="EUR",
            source=payer.number,
            target=str(FIRST_NUMBER + payee),
            text="rent",
            original=None,
            session=payer.session,
            reference="2345-6789",
            signed=Signed(self.chains[terminal], seq, digest, digest, digest, jws),
            pin="accepted",
            customer=payer.customer,
        )
        if len(self.past) < 10_000:
            self.past.append(item)
        return item


@dataclass
class Seen:
    """What came of a run."""

    per_s: float
    p50_ms: float
    p99_ms: float
    outcomes: Counter[str]


async def drive(ledger: Ledger, load: Load, clients: int, seconds: float) -> Seen:
    """Let `clients` submit one movement after the other for `seconds`."""
    end = time.perf_counter() + seconds
    took: list[float] = []
    outcomes: Counter[str] = Counter()

    async def client() -> None:
        while (began := time.perf_counter()) < end:
            stored = (await ledger.submit(load.item())).final()
            took.append(time.perf_counter() - began)
            outcomes[stored.outcome] += 1

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    lasted = time.perf_counter() - began
    took.sort()
    return Seen(
        per_s=len(took) / lasted,
        p50_ms=1e3 * took[len(took) // 2],
        p99_ms=1e3 * took[len(took) * 99 // 100],
        outcomes=outcomes,
    )
