"""A bank to be hurt: its data folder, its customers, and its servers A and B as processes."""

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.ca import ensure_authority
from bank.config import load_config
from bank.customers.details import seal_details
from bank.keys import KeySet, make_key_set, sign_record
from bank.ledger.accounts import OWN_ENTRY, new_number, own_entry
from bank.store.migrate import migrate
from bank.store.postgres import DatabaseUrls, write_urls
from bank.terminals.registry import Kind, add_certificate, register_terminal
from benchmarks.soak.line import Credential, HttpsLine, Identity
from protocol.messages.signup import Details
from protocol.pin.group import random_scalar
from protocol.pin.prover import PinSecret
from protocol.pin.secret import verifier
from protocol.signing import key_id

ROOT: Final = Path(__file__).resolve().parents[2]
SERVERS: Final = ("A", "B")
_NO_LIMIT: Final = (
    "withdraw_day_minor",
    "withdraw_day_without_finger_minor",
    "transfer_day_minor",
    "deposit_day_minor",
    "deposit_total_minor",
)


@dataclass(frozen=True)
class Holder:
    """A customer: the credential's secret, and the accounts with their opening credits."""

    id: uuid.UUID
    credential: Credential
    opening: dict[str, int]


@dataclass
class World:
    """Everything of the bank but its database. Use as a context manager."""

    data: Path
    urls: DatabaseUrls
    unlimited: bool = True
    """Whether the limits of a day are lifted."""
    ports: dict[str, int] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _lines: list[HttpsLine] = field(default_factory=list)
    keys: KeySet = field(init=False)
    """The key set of both servers."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "World":
        """Make the bank and start its servers."""
        write_urls(self.data, self.urls)
        migrate(self.urls.owner)
        now = datetime.now(UTC)
        authority = ensure_authority(self.data, "Soak", now)
        for name in SERVERS:
            authority.server(name, now)
        self.keys = make_key_set(self.data / "bank" / "keyset.json")
        text = (ROOT / "config" / "meridian.toml").read_text("utf-8")
        for name in _NO_LIMIT if self.unlimited else ():
            text = re.sub(rf"(?m)^{name} = \d+$", f"{name} = {10**12}", text)
        text = re.sub(r"(?m)^session_idle_s = \d+$", "session_idle_s = 100000", text)
        (self.data / "bank.toml").write_text(text, "utf-8")
        self.config = load_config(self.data / "bank.toml")
        for name in SERVERS:
            self.start(name)
        return self

    def __exit__(self, *_error: object) -> None:
        """End the servers, frozen ones too, and all lines to them."""
        for line in self._lines:
            line.close()
        for name in SERVERS:
            self.kill(name)

    def start(self, name: str) -> None:
        """Start a server that does not run, on the port it had, and wait until it is usable."""
        with self._lock:
            if name in self._processes:
                return
            command = [sys.executable, str(ROOT / "main.py"), "bank", "serve", "--server", name]
            command += ["--data", str(self.data), "--port", str(self.ports.get(name, 0))]
            command += ["--config", str(self.data / "bank.toml")]
            with (self.data / f"{name}.log").open("ab") as log:
                process = subprocess.Popen(
                    command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT
                )
            self._processes[name] = process
            known = name in self.ports
        if known:
            return  # it says ready when its database is there: that may be a while
        stream = process.stdout
        words = stream.readline().split() if stream else []
        if words[:2] != ["ready", name]:
            raise RuntimeError(f"server {name} said {words}")
        self.ports[name] = int(words[2])

    def kill(self, name: str) -> None:
        """End a server at once, as a power cut would."""
        with self._lock:
            process = self._processes.pop(name, None)
        if process is not None:
            process.kill()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()

    def freeze(self, name: str) -> None:
        """Hold a server still (SIGSTOP)."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let a frozen server go on."""
        self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: int) -> None:
        process = self._processes.get(name)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)

    def holder(self, opening_minor: int, accounts: int) -> Holder:
        """Return a new customer with as many accounts."""
        customer = uuid.uuid4()
        scalar = random_scalar()
        secret = PinSecret(scalar, verifier(scalar))
        name = f"u{customer.hex[:12]}"
        details = Details(
            user_name=name, first_name="Soak", last_name="Test", phone="+49100000000", sms=False
        )
        sealed = seal_details(self.keys, customer, 1, details)
        opening = {new_number(): opening_minor for _ in range(accounts)}
        with self._owner() as connection:
            connection.execute(
                "insert into customers (id, user_name_index, sealed, roles)"
                " values (%s, %s, %s, '{customer}')",
                [customer, secrets.token_bytes(32), sealed],
            )
            connection.execute(
                "insert into credentials (account, customer, seed, ver, verifier, duress)"
                " values (%s, %s, 1, 1, %s, %s)",
                [customer.bytes, customer, secret.verifier, verifier(random_scalar())],
            )
            for number in opening:
                entry = own_entry("opening_credit", number, self.config.currency, opening_minor)
                signed = sign_record(self.keys, OWN_ENTRY, entry).decode("ascii")
                connection.execute(
                    "select ledger_open_account(%s, %s, %s, 'Soak', %s, %s, %s)",
                    [number, customer, self.config.currency, opening_minor,
                     self.config.time_zone, signed],
                )  # fmt: skip
        return Holder(customer, Credential(customer.bytes, secret), opening)

    def line(self, holder: Holder, ring: Holder | None = None) -> HttpsLine:
        """Return a new terminal with a session of `holder`'s; a teller's, if it reads the ring."""
        kind: Kind = "teller" if ring else "atm"
        name = f"{kind.upper()}-{uuid.uuid4().hex[:8]}"
        authority = ensure_authority(self.data, "Soak", datetime.now(UTC))
        made = authority.terminal(name, datetime.now(UTC))
        session = secrets.token_bytes(32)
        with self._owner() as connection:
            register_terminal(
                connection, terminal=name, kind=kind, currency="EUR", loaded_minor=10**12
            )
            add_certificate(connection, terminal=name, der=made.leaf_der)
            connection.execute(
                "insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger,"
                " roles, opened_at, refreshed_at, idle_until, expires_at) values (%s, %s, %s, %s,"
                " %s, true, '{customer,teller}', now(), now(), now() + interval '1 day',"
                " now() + interval '1 day')",
                [key_id(session), holder.id, holder.id.bytes, name, key_id(made.leaf_der)],
            )
        identity = Identity(
            name,
            made.certificate_file,
            made.key_file,
            self.data / "bank" / "trust.pem",
            key_id(made.leaf_der),
        )
        whose = str(ring.id) if ring else ""
        line = HttpsLine(identity, self.ports, session, holder.credential, self.config.realm, whose)
        self._lines.append(line)
        return line

    def public_key(self) -> EllipticCurvePublicKey:
        """The key that the bank's published heads are signed with."""
        return self.keys.record_key.public_key()

    @contextlib.contextmanager
    def _owner(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        with psycopg.connect(self.urls.owner) as connection:
            yield connection
