"""A migrated database with customers, sessions and terminals, and the money statement's caller."""

import asyncio
import hashlib
import itertools
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest

from bank.config import BankConfig, load_config
from bank.keys.keyset import generate
from bank.ledger.accounts import close_account, open_account
from bank.ledger.item import CarriedOriginal, Item, Signed
from bank.ledger.statement import Decision, Stored, decide, replay, rules_of
from bank.store.migrate import migrate
from bank.store.pool import Connection
from bank.store.postgres import DatabaseUrls
from bank.terminals.registry import register_terminal

Answer = TypeVar("Answer")
TERMINAL = "ATM-0001"
KEYS = generate()


@dataclass
class Ledger:
    urls: DatabaseUrls
    config: BankConfig
    runner: asyncio.Runner
    connection: Connection
    owner: psycopg.Connection[tuple[Any, ...]]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def run(self, work: Callable[[Connection], Awaitable[Answer]]) -> Answer:
        async def go() -> Answer:
            return await work(self.connection)

        return self.runner.run(go())

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Look, or set the scene, as the database's owner."""
        cursor = self.owner.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *values: object) -> Any:
        return self.sql(statement, *values)[0][0]

    def customer(self) -> UUID:
        customer = uuid.uuid4()
        self.sql(
            "insert into customers (id, user_name_index, sealed, roles)"
            " values (%s, %s, '', '{customer}')",
            customer,
            hashlib.sha256(customer.bytes).digest(),
        )
        return customer

    def account(self, customer: UUID, money_minor: int = 100_000, currency: str = "EUR") -> str:
        return self.run(
            lambda connection: open_account(
                connection,
                KEYS,
                customer=customer,
                currency=currency,
                name="Current account",
                opening_credit_minor=money_minor,
                time_zone=self.config.time_zone,
            )
        )

    def close(self, number: str) -> str:
        return self.run(lambda connection: close_account(connection, number=number))

    def session(self, customer: UUID, *, terminal: str = TERMINAL, finger: bool = True) -> bytes:
        id_hash = uuid.uuid4().bytes * 2
        self.sql(
            "insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger,"
            " roles, opened_at, refreshed_at, idle_until, expires_at) values (%s, %s, '', %s, %s,"
            " %s, '{customer}', now(), now(), now() + interval '1 h', now() + interval '1 h')",
            id_hash,
            customer,
            terminal,
            bytes(32),
            finger,
        )
        return id_hash

    def terminal(self, name: str, loaded_minor: int = 10**9, currency: str = "EUR") -> str:
        register_terminal(
            self.owner, terminal=name, kind="atm", currency=currency, loaded_minor=loaded_minor
        )
        return name

    def item(self, kind: str, amount_minor: int, **members: Any) -> Item:
        number = next(self.numbers)
        jws = f"jws {number} {uuid.uuid4()}"
        digest = hashlib.sha256(jws.encode()).digest()
        terminal = members.pop("terminal", TERMINAL)
        chain = members.pop("chain", uuid.uuid5(uuid.NAMESPACE_OID, terminal))
        signed = Signed(chain, members.pop("seq", number), bytes(32), digest, digest, jws)
        blank: dict[str, Any] = dict.fromkeys(("source", "target", "text", "original", "session"))
        if kind == "transfer":
            blank["text"] = "rent"
        return Item(
            terminal=terminal,
            uid=members.pop("uid", uuid.uuid4()),
            kind=kind,
            amount_minor=amount_minor,
            currency=members.pop("currency", "EUR"),
            reference="2345-6789",
            signed=members.pop("signed", signed),
            **(blank | members),
        )

    def carried(self, item: Item) -> CarriedOriginal:
        return CarriedOriginal(
            item.signed, item.kind, item.amount_minor, item.currency, item.reference
        )

    def decide(self, *items: Item, config: BankConfig | None = None) -> list[Decision]:
        rules = rules_of(config or self.config)
        return self.run(lambda connection: decide(connection, items, rules))

    def done(self, item: Item, config: BankConfig | None = None) -> Stored:
        return self.decide(item, config=config)[0].final()

    def replay(self, item: Item) -> Decision | None:
        return self.run(
            lambda connection: replay(connection, item.terminal, item.uid, item.signed.body_hash)
        )

    def balance(self, number: str) -> tuple[int, int]:
        [row] = self.sql("select booked_minor, held_minor from accounts where number = %s", number)
        return row

    def check(self) -> None:
        """What holds whatever happened: sums, cached balances, holds, running balances."""
        assert self.one("select coalesce(sum(amount_minor), 0) from postings") == 0
        assert not self.sql(
            "select entry from postings group by entry having sum(amount_minor) <> 0"
            " or count(*) <> 2"
        )
        assert not self.sql(
            "select a.id from accounts a where booked_minor <> coalesce((select sum(amount_minor)"
            " from postings p where p.account = a.id), 0)"
        )
        assert not self.sql(
            "select a.id from accounts a where held_minor <> coalesce((select sum(h.amount_minor)"
            " from holds h left join hold_settlements s on s.terminal = h.terminal"
            " and s.hold = h.uid where h.account = a.id and s.hold is null), 0)"
        )
        assert not self.sql(
            "select 1 from accounts where kind = 'customer' and booked_minor < held_minor"
        )
        assert not self.sql(
            "select entry from (select entry, balance_minor, sum(amount_minor) over"
            " (partition by account order by entry) as running from postings) as p"
            " where balance_minor <> running"
        )


@pytest.fixture(scope="module")
def ledger(database_url: DatabaseUrls) -> Iterator[Ledger]:
    migrate(database_url.owner)
    with asyncio.Runner() as runner:

        async def connect() -> Connection:
            return await psycopg.AsyncConnection.connect(
                database_url.application, autocommit=True, prepare_threshold=None
            )

        connection = runner.run(connect())
        with psycopg.connect(database_url.owner, autocommit=True) as owner:
            made = Ledger(database_url, load_config(), runner, connection, owner)
            made.terminal(TERMINAL)
            yield made
        runner.run(connection.close())
