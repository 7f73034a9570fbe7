"""Two real servers over one database, and a terminal that signs."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bank.ca import Identity, ensure_authority
from bank.customers.details import seal_details
from bank.customers.index import normalise_phone, phone_token, user_name_index
from bank.keys import KeySet, load_key_set, make_key_set
from bank.store.migrate import migrate
from bank.store.postgres import DatabaseUrls, PostgresServer, write_urls
from bank.terminals.registry import add_certificate, register_terminal
from protocol.encoding import b64url_encode
from protocol.ids import new_uid
from protocol.messages.money import Order
from protocol.messages.signup import Details
from protocol.orders import order_bytes
from protocol.signing import GENESIS, body_hash, key_id, sign_request

ROOT = Path(__file__).resolve().parents[2]


def serve_command(data_dir: Path, name: str, port: int, *more: str) -> list[str]:
    main = [sys.executable, str(ROOT / "main.py"), "bank", "serve"]
    return [*main, "--data", str(data_dir), "--server", name, "--port", str(port), *more]


@dataclass
class Servers:
    """The folder of a bank and its running servers."""

    data_dir: Path
    urls: DatabaseUrls
    keys: KeySet
    owner: psycopg.Connection[tuple[Any, ...]]
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    @property
    def trust(self) -> str:
        return str(self.data_dir / "bank" / "trust.pem")

    def start(self, name: str, port: int = 0, *more: str) -> None:
        log = (self.data_dir / f"{name}.log").open("ab")
        process = subprocess.Popen(
            serve_command(self.data_dir, name, port, *more),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(f"ready {name} "), (self.data_dir / f"{name}.log").read_text()
        self.ports[name] = int(line.split()[2])
        self.processes[name] = process

    def stop(self, name: str, sign: int = signal.SIGTERM) -> int:
        process = self.processes.pop(name)
        process.send_signal(sign)
        status = process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
        return status

    def log(self, name: str) -> str:
        return (self.data_dir / f"{name}.log").read_text()

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self.owner.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def identity(self, name: str) -> Identity:
        authority = ensure_authority(self.data_dir, "Test", datetime.now(UTC))
        return authority.terminal(name, datetime.now(UTC))

    def terminal(self) -> "Terminal":
        """A released terminal that nobody used before."""
        name = f"ATM-{uuid.uuid4().hex[:8]}"
        identity = self.identity(name)
        register_terminal(self.owner, terminal=name, kind="atm", currency="EUR", loaded_minor=10**9)
        add_certificate(self.owner, terminal=name, der=identity.leaf_der)
        return Terminal(self, name, identity)

    def customer(self, money_minor: int = 100_000, first_name: str = "Amara") -> "Customer":
        customer = uuid.uuid4()
        name, phone = f"u{customer.hex[:12]}", "+49" + str(customer.int)[:10]
        details = Details(
            user_name=name, first_name=first_name, last_name="Okafor", phone=phone, sms=False
        )
        index = user_name_index(self.keys.index_key, name)
        self.sql(
            "insert into customers (id, user_name_index, sealed, roles)"
            " values (%s, %s, %s, '{customer}')",
            customer,
            index,
            seal_details(self.keys, customer, 1, details),
        )
        self.sql(
            "insert into customer_index values (%s, %s)",
            phone_token(self.keys.index_key, normalise_phone(phone)),
            customer,
        )
        self.sql(
            "insert into credentials (account, customer, seed, ver, verifier, duress)"
            " values (%s, %s, 1, 1, %s, %s)",
            customer.bytes,
            customer,
            b"\x02" + bytes(32),
            b"\x03" + bytes(32),
        )
        return Customer(self, customer, name, phone, self.account(customer, money_minor))

    def account(self, customer: uuid.UUID, money_minor: int) -> str:
        number = str(10**9 + secrets.randbelow(9 * 10**9))
        self.sql(
            "select ledger_open_account(%s, %s, 'EUR', 'Current account', %s, 'Europe/Berlin')",
            number,
            customer,
            money_minor,
        )
        return number

    def balance(self, number: str) -> tuple[int, int]:
        [row] = self.sql("select booked_minor, held_minor from accounts where number = %s", number)
        return row


@dataclass
class Customer:
    servers: Servers
    id: uuid.UUID
    user_name: str
    phone: str
    account: str

    def session(self, terminal: "Terminal", finger: bool = True) -> bytes:
        """Open a session as a login would; returns its secret id."""
        session = secrets.token_bytes(32)
        self.servers.sql(
            "insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger,"
            " roles, opened_at, refreshed_at, idle_until, expires_at) values (%s, %s, %s, %s, %s,"
            " %s, '{customer}', now(), now(), now() + interval '2 min', now() + interval '15 min')",
            hashlib.sha256(session).digest(),
            self.id,
            self.id.bytes,
            terminal.name,
            key_id(terminal.identity.leaf_der),
            finger,
        )
        return session


@dataclass
class Terminal:
    servers: Servers
    name: str
    identity: Identity
    chain: str = field(default_factory=lambda: new_uid(time.time_ns() // 10**6))
    seq: int = 0
    prev: bytes = GENESIS

    def __post_init__(self) -> None:
        key = load_pem_private_key(self.identity.key_file.read_bytes(), None)
        assert isinstance(key, EllipticCurvePrivateKey)
        self.key = key
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = self.servers.trust
        self.http.cert = (str(self.identity.certificate_file), str(self.identity.key_file))

    def call(
        self,
        method: str,
        path: str,
        *,
        server: str = "A",
        session: bytes | None = None,
        **more: Any,
    ) -> requests.Response:
        headers = dict(more.pop("headers", {}))
        if session is not None:
            headers["Session"] = b64url_encode(session)
        url = f"https://127.0.0.1:{self.servers.ports[server]}{path}"
        return self.http.request(method, url, headers=headers, timeout=20, **more)

    def order(self, kind: str, amount_minor: int, **members: Any) -> Order:
        session = members.pop("session", None)
        if session is not None:
            members["session"] = b64url_encode(hashlib.sha256(session).digest())
        return Order.model_validate(
            {
                "uid": new_uid(time.time_ns() // 10**6),
                "kind": kind,
                "amount_minor": amount_minor,
                "currency": "EUR",
                "terminal": self.name,
            }
            | members
        )

    def sign(self, order: Order | bytes, original: bytes | None = None) -> bytes:
        jws = sign_request(
            self.key,
            kid=key_id(self.identity.leaf_der),
            order=order if isinstance(order, bytes) else order_bytes(order),
            chain=self.chain,
            seq=self.seq,
            prev=self.prev,
            original=original,
        )
        self.seq, self.prev = self.seq + 1, body_hash(jws)
        return jws

    def send(
        self, jws: bytes, *, server: str = "A", pin: dict[str, str] | None = None
    ) -> requests.Response:
        body: dict[str, Any] = {"jws": jws.decode()}
        if pin is not None:
            body["pin"] = pin
        return self.call("POST", "/v1/movements", server=server, json=body)

    def ask(self, kind: str, amount_minor: int, **members: Any) -> dict[str, Any]:
        """Sign and send; the stored decision."""
        answer = self.send(self.sign(self.order(kind, amount_minor, **members)))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@contextlib.contextmanager
def bank_of_two(postgres_server: PostgresServer) -> Iterator[Servers]:
    data_dir = Path(tempfile.mkdtemp(prefix="fortress-bank-"))
    database = f"test_{uuid.uuid4().hex}"
    urls = postgres_server.create_database(database)
    write_urls(data_dir, urls)
    migrate(urls.owner)
    now = datetime.now(UTC)
    authority = ensure_authority(data_dir, "Test", now)
    for name in ("A", "B"):
        authority.server(name, now)
    make_key_set(data_dir / "bank" / "keyset.json")
    keys = load_key_set(data_dir / "bank" / "keyset.json")
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        servers = Servers(data_dir, urls, keys, owner)
        try:
            for name in ("A", "B"):
                servers.start(name)
            yield servers
        finally:
            for name in list(servers.processes):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(servers.processes[name].pid, signal.SIGCONT)
                servers.stop(name)
    postgres_server.drop_database(database)
    shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def servers(postgres_server: PostgresServer) -> Iterator[Servers]:
    with bank_of_two(postgres_server) as running:
        yield running


def problem(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]
