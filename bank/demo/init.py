"""`bank init-demo`: everything a demo needs. Run again, it makes only what is missing."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread
import psycopg

from bank.api.peer import Peer
from bank.api.state import Bank
from bank.ca import Identity, ensure_authority
from bank.config import DEFAULT_FILE, BankConfig, load_config
from bank.customers.find import find_customer
from bank.customers.rules import load_rules
from bank.demo import fingers
from bank.demo.enrol import enrol, is_enrolled
from bank.demo.people import Person, load_people
from bank.identify.gallery import LiveGallery
from bank.keys import KeySet, make_key_set
from bank.keys.check import confirm_key_set
from bank.ledger.lanes import Ledger
from bank.ledger.statement import rules_of
from bank.pin.servers import register_server
from bank.private_file import write_private
from bank.store.migrate import migrate
from bank.store.pool import Pool
from bank.store.postgres import DatabaseUrls, read_urls
from bank.terminals.registry import (
    Kind,
    Terminal,
    TerminalRegistry,
    add_certificate,
    book_opening_load,
    register_terminal,
)
from protocol.signing import key_id

ORGANISATION: Final = "Meridian"
SERVERS: Final = ("A", "B")
TERMINALS: Final[tuple[tuple[str, Kind], ...]] = (("ATM-0001", "atm"), ("TELLER-0001", "teller"))


class KeysDiffer(Exception):
    """The database belongs to another key set: this data folder's two halves were mixed."""


@dataclass(frozen=True)
class _Ground:
    """What the customers are made on."""

    keys: KeySet
    urls: DatabaseUrls
    server: Identity
    terminal: Identity


def init_demo(data_dir: Path, config_file: Path = DEFAULT_FILE) -> None:
    """Make what `data_dir` lacks; its database must be running.

    Raises:
        CaError, KeysError, BadConfig, KeysDiffer: something that is there cannot be used.
        OSError: the folder cannot be written, or there is no database.json.
        StoreUnavailable, sqlalchemy.exc.SQLAlchemyError: the database did not answer.
    """
    config = load_config(config_file)
    people = load_people(config_file)
    pictures = data_dir / "demo" / "fingers"
    ground = _lay_ground(data_dir, config)
    asyncio.run(_people(data_dir, config_file, config, ground, people, pictures))


def _lay_ground(data_dir: Path, config: BankConfig) -> _Ground:
    """Certificates, keys, schema and terminals."""
    now = datetime.now(UTC)
    keys = make_key_set(data_dir / "bank" / "keyset.json")
    authority = ensure_authority(data_dir, ORGANISATION, now)
    servers = [authority.server(name, now) for name in SERVERS]
    urls = read_urls(data_dir)
    migrate(urls.owner)
    identities = [authority.terminal(terminal, now) for terminal, _ in TERMINALS]
    with psycopg.connect(urls.owner) as connection:
        for (terminal, kind), identity in zip(TERMINALS, identities, strict=True):
            loaded_minor = config.terminal_loaded_minor if kind == "atm" else 0
            new = register_terminal(
                connection,
                terminal=terminal,
                kind=kind,
                currency=config.currency,
                loaded_minor=loaded_minor,
            )
            if new and loaded_minor:
                book_opening_load(
                    connection,
                    keys,
                    terminal=terminal,
                    currency=config.currency,
                    loaded_minor=loaded_minor,
                    time_zone=config.time_zone,
                )
            add_certificate(connection, terminal=terminal, der=identity.leaf_der)
    return _Ground(keys, urls, servers[0], identities[0])


async def _people(
    data_dir: Path,
    config_file: Path,
    config: BankConfig,
    ground: _Ground,
    people: tuple[Person, ...],
    pictures: Path,
) -> None:
    pool = Pool(ground.urls.application)
    bank = Bank(
        config=config,
        server=SERVERS[0],
        certificate_sha256=key_id(ground.server.leaf_der),
        keys=ground.keys,
        pool=pool,
        asking=pool,
        ledger=Ledger(ground.urls.application, rules_of(config)),
        terminals=TerminalRegistry(pool),
        identity=load_rules(config_file),
        gallery=LiveGallery(),
    )
    terminal, kind = TERMINALS[0]
    peer = Peer(Terminal(terminal, kind, active=True), key_id(ground.terminal.leaf_der))
    await pool.open()
    try:
        if not await confirm_key_set(pool, ground.keys):
            raise KeysDiffer("the database was made with other keys than this folder's")
        await register_server(pool, bank.server, bank.certificate_sha256)
        two = anyio.CapacityLimiter(2)
        await asyncio.gather(
            *(
                _bring_in(bank, peer, person, place, pictures, two)
                for place, person in enumerate(people)
            )
        )
        rows = [await _row(bank, person) for person in people]
    finally:
        await pool.close()
    write_private(data_dir / "demo" / "customers.json", json.dumps(rows, indent=1).encode("utf-8"))


async def _bring_in(
    bank: Bank,
    peer: Peer,
    person: Person,
    place: int,
    pictures: Path,
    limiter: anyio.CapacityLimiter,
) -> None:
    """Draw a person's fingers and sign the person up, as far as that has not been done."""
    name = person.details.user_name
    await anyio.to_thread.run_sync(fingers.draw, pictures, place, name, limiter=limiter)
    if await is_enrolled(bank, person):
        return
    templates = await anyio.to_thread.run_sync(fingers.templates, pictures, name, limiter=limiter)
    await enrol(bank, peer, person, templates)


async def _row(bank: Bank, person: Person) -> dict[str, Any]:
    """What the demo's panel shows of a customer."""
    details = person.details
    found = await find_customer(bank.pool, bank.keys, details.user_name)
    async with bank.pool.connection() as connection:
        cursor = await connection.execute(
            "select number from accounts where customer = %s and number is not null order by id",
            (found.customer if found else None,),
        )
        numbers = [number for (number,) in await cursor.fetchall()]
    return {
        "user_name": details.user_name,
        "first_name": details.first_name,
        "last_name": details.last_name,
        "pin": person.pin,
        "number": numbers[0] if numbers else "",
        "phone": details.phone,
        "fingers": [
            f"demo/fingers/{file.name}" for file in fingers.picture_files(Path(), details.user_name)
        ],
        "roles": list(person.roles),
    }
