"""A bank for the tests of identity: database, demo customers, two real servers, own terminals."""

import contextlib
import hashlib
import itertools
import json
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

import cv2
import psycopg
import pytest
import requests
from Crypto.Math.Numbers import Integer

from bank.ca import ensure_authority
from bank.demo.init import init_demo
from bank.store.postgres import PostgresServer, write_urls
from bank.terminals.registry import add_certificate, register_terminal
from biometrics import extract
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from protocol.pin.context import Context
from protocol.pin.group import random_scalar
from protocol.pin.prover import Blinded, PinSecret, blind_pin, prove_pin, unlock
from protocol.pin.secret import verifier
from protocol.signing import key_id

ROOT = Path(__file__).resolve().parents[3]
REALM = "meridian.example"
START_S = 30.0


@dataclass(frozen=True)
class Person:
    user_name: str
    pin: str
    number: str
    pictures: tuple[Path, ...]


@dataclass
class World:
    data_dir: Path
    owner_url: str
    config: Path
    ports: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    secrets: dict[tuple[bytes, str], PinSecret] = field(default_factory=dict)
    templates: dict[Path, bytes] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the database, or move its rows back in time, as its owner."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return [] if cursor.description is None else cursor.fetchall()

    def template(self, picture: Path) -> bytes:
        if picture not in self.templates:
            image = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
            self.templates[picture] = extract(image).to_iso()
        return self.templates[picture]

    def terminal(self, kind: str = "atm", data_dir: Path | None = None) -> "Terminal":
        """A terminal nobody has used, so that one test's limits are not another's."""
        name = f"T-{next(self.numbers)}-{uuid.uuid4().hex[:6]}"
        identity = ensure_authority(data_dir or self.data_dir, "Meridian", _now()).terminal(
            name, _now()
        )
        with psycopg.connect(self.owner_url) as connection:
            register_terminal(
                connection, terminal=name, kind=kind, currency="EUR", loaded_minor=10**9
            )
            add_certificate(connection, terminal=name, der=identity.leaf_der)
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.data_dir / "bank" / "trust.pem")
        session.cert = (str(identity.certificate_file), str(identity.key_file))
        return Terminal(self, name, key_id(identity.leaf_der), session)

    def start_server(self, name: str) -> None:
        command = [sys.executable, str(ROOT / "main.py"), "bank", "serve", "--data"]
        command += [str(self.data_dir), "--server", name, "--port", "0"]
        command += ["--config", str(self.config)]
        with (self.data_dir / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.processes[name] = process
        assert process.stdout is not None
        line = process.stdout.readline()
        said = (self.data_dir / f"{name}.log").read_text()
        assert line.startswith(f"ready {name} "), f"{line!r}\n{said}"
        self.ports[name] = int(line.split()[2])

    def stop_server(self, name: str, sign: int = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        process.send_signal(sign)
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()

    def forget_tries(self) -> None:
        self.sql("delete from pin_tries")


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    server: str

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))


@dataclass
class Terminal:
    """A terminal at the HTTP interface, with the kiosk's half of the proof taken apart."""

    world: World
    name: str
    cert_hash: bytes
    http: requests.Session

    def call(
        self,
        path: str,
        body: object = None,
        *,
        server: str = "A",
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        url = f"https://127.0.0.1:{self.world.ports[server]}{path}"
        answer = self.http.request(method, url, json=body, headers=headers or {}, timeout=20)
        return Answer(answer.status_code, answer.json(), answer.headers.get("Server-Name", ""))

    # factor 1

    def identify(
        self, picture: Path | bytes, number: str | None = None, request_id: str = "", **more: Any
    ) -> Answer:
        template = self.world.template(picture) if isinstance(picture, Path) else picture
        body: dict[str, Any] = {"template": encode(template)}
        if number is not None:
            body["number"] = number
        headers = {"X-Request-Id": request_id or uuid.uuid4().hex}
        return self.call("/v1/identify", body, headers=headers, **more)

    def factor1(self, user_name: str, way: str = "finger") -> dict[str, Any]:
        person = self.world.people[user_name]
        if way == "finger":
            found = self.identify(person.pictures[3])
        else:
            found = self.call("/v1/lookup", {"number": person.number})
        assert found.status == 200, found
        return found.body

    # the PIN's proof

    def start_body(
        self, account: str, *, purpose: str = "login", record: str = "", **more: Any
    ) -> dict[str, Any]:
        """A start; `blinded` is of the PIN in `pin`, or of nothing in particular."""
        pin = more.pop("pin", "000000")
        blinded = more.pop("blinded", None) or blind_pin(decode(account), pin.encode())
        body = {
            "attempt": new_uid(time.time_ns() // 10**6),
            "account": account,
            "purpose": purpose,
            "factor1": _digest(record) if purpose == "login" else "",
            "record": record,
            "body_digest": _digest(record) if purpose == "pin-register" else "",
            "session": "",
            "blinded": encode(blinded.element),
        }
        return body | more

    def start(self, body: dict[str, Any], server: str = "A") -> Answer:
        return self.call("/v1/pin/start", body, server=server)

    def secret(self, account: str, pin: str, blinded: Blinded, started: Answer) -> PinSecret:
        """The PIN's secret; stretched once a customer and PIN, for it is always the same."""
        key = (decode(account), pin)
        if key not in self.world.secrets:
            self.world.secrets[key] = unlock(
                decode(account), pin.encode(), blinded, decode(started.body["evaluated"]),
                started.body["ksf"],
            )  # fmt: skip
        return self.world.secrets[key]

    def context(self, body: dict[str, Any]) -> Context:
        return Context(
            purpose=body["purpose"],
            realm=REALM,
            account=decode(body["account"]),
            terminal_id=self.name,
            terminal_cert_hash=self.cert_hash,
            factor1=decode(body["factor1"]),
            body_digest=decode(body["body_digest"]),
        )

    def prove(self, body: dict[str, Any], token: str, secret: PinSecret) -> str:
        return encode(prove_pin(self.context(body), decode(token), secret).data)

    def finish_body(self, body: dict[str, Any], token: str, proof: str) -> dict[str, Any]:
        members = ("account", "purpose", "factor1", "record", "body_digest")
        return {name: body[name] for name in members} | {"token": token, "proof": proof}

    def finish(self, body: dict[str, Any], token: str, proof: str, server: str = "A") -> Answer:
        return self.call("/v1/pin/finish", self.finish_body(body, token, proof), server=server)

    def try_pin(
        self,
        factor1: dict[str, Any],
        pin: str | None,
        *,
        at_start: str = "A",
        at_finish: str = "A",
    ) -> Answer:
        """A whole login; `pin` None is a wrong one. The answer of whichever step ended it."""
        account = factor1["account"]
        blinded = blind_pin(decode(account), (pin or "000000").encode())
        body = self.start_body(account, record=factor1["record"], blinded=blinded)
        started = self.start(body, at_start)
        if started.status != 200:
            return started
        secret = self.secret(account, pin, blinded, started) if pin else wrong_secret()
        token = started.body["token"]
        return self.finish(body, token, self.prove(body, token, secret), at_finish)

    def log_in(self, user_name: str, way: str = "finger") -> dict[str, Any]:
        person = self.world.people[user_name]
        factor1 = self.factor1(user_name, way)
        opened = self.try_pin(factor1, person.pin)
        assert opened.status == 200, opened
        return opened.body | {"credential": factor1["account"], "record": factor1["record"]}

    def prove_body(
        self,
        login: dict[str, Any],
        purpose: str,
        data: bytes,
        pin: str | None,
        server: str = "A",
    ) -> dict[str, str]:
        account = login["credential"]
        blinded = blind_pin(decode(account), (pin or "000000").encode())
        body = self.start_body(
            account,
            purpose=purpose,
            blinded=blinded,
            session=login["session"],
            body_digest=encode(hashlib.sha256(data).digest()),
        )
        started = self.start(body, server)
        assert started.status == 200, started
        secret = self.secret(account, pin, blinded, started) if pin else wrong_secret()
        token = started.body["token"]
        return {"token": token, "proof": self.prove(body, token, secret)}


def wrong_secret() -> PinSecret:
    """As good as the secret of a wrong PIN, without its 240 ms."""
    scalar: Integer = random_scalar()
    return PinSecret(scalar, verifier(scalar))


def _digest(record: str) -> str:
    return encode(hashlib.sha256(decode(record)).digest()) if record else ""


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def initialised_world(postgres_server: PostgresServer) -> Iterator[World]:
    """The demo's first start, and two servers."""
    data_dir = Path(tempfile.mkdtemp(prefix="fortress-identity-"))
    database = f"identity_{uuid.uuid4().hex}"
    urls = postgres_server.create_database(database)
    write_urls(data_dir, urls)
    config = data_dir / "bank.toml"
    text = (ROOT / "config" / "meridian.toml").read_text("utf-8")
    # As a bank with readers has it: a probe is never shown twice.
    config.write_text(text.replace("probe_memory_s = 0", "probe_memory_s = 7776000"), "utf-8")
    world = World(data_dir, urls.owner, config)
    try:
        init_demo(data_dir, config)
        for name in ("A", "B"):
            world.start_server(name)
        world.people = _people(data_dir)
        yield world
    finally:
        for name in list(world.processes):
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                world.stop_server(name)
        postgres_server.drop_database(database)
        shutil.rmtree(data_dir)


@pytest.fixture
def world(initialised_world: World) -> Iterator[World]:
    """The bank with all tries given back and no probe remembered."""
    initialised_world.forget_tries()
    initialised_world.sql("delete from probes")
    for name in ("A", "B"):
        if name not in initialised_world.processes:
            initialised_world.start_server(name)
    yield initialised_world
    initialised_world.sql("update servers set status = 'active'")


@pytest.fixture
def atm(world: World) -> Terminal:
    return world.terminal()


@pytest.fixture
def branch(world: World) -> Terminal:
    return world.terminal("teller")


@pytest.fixture
def tellers(world: World) -> Iterator[tuple[str, str]]:
    """Bo works here too, for one test."""
    bo = "(select customer from accounts where number = %s)"
    number = world.people["bo"].number
    world.sql(f"update customers set roles = '{{customer,teller}}' where id = {bo}", number)
    yield ("tessa", "bo")
    world.sql(f"update customers set roles = '{{customer}}' where id = {bo}", number)


def _people(data_dir: Path) -> dict[str, Person]:

    rows = json.loads((data_dir / "demo" / "customers.json").read_text("utf-8"))
    return {
        row["user_name"]: Person(
            row["user_name"],
            row["pin"],
            row["number"],
            tuple(data_dir / file for file in row["fingers"]),
        )
        for row in rows
    }
