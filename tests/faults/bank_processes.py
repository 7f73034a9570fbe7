"""A real bank for fault rows: PostgreSQL, two `bank serve` processes, a proxy before each."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from backend_client import Bank, BankSettings
from backend_client import Server as Address
from bank.ca import ensure_authority
from bank.customers.details import seal_details
from bank.customers.index import user_name_index
from bank.demo.init import ORGANISATION
from bank.keys import load_key_set
from bank.store.postgres import DatabaseUrls, write_urls
from bank.terminals.registry import add_certificate, register_terminal
from launch.tour.proxy import Proxy
from protocol.encoding import b64url_encode
from protocol.messages.signup import Details
from protocol.pin.prover import blind_pin, unlock
from protocol.pin.secret import KSF, account_key
from protocol.pin.verifier import evaluate_blinded
from protocol.signing import key_id

ROOT = Path(__file__).parents[2]
OPENING = 100_000
USER, PIN = "amara", "482915"
ORDER_BYTES = 700
"""A TLS record with a signed order in it is longer than this; one with a probe is shorter."""
OBSERVER = "TELLER-0001"
URGENT = -10
"""The niceness of a server that must be back within a customer's patience."""


@dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen[str]


@dataclass
class RealBank:
    """The bank's processes over one database, with one customer, whose account each row renews."""

    data: Path
    urls: DatabaseUrls
    servers: dict[str, Server] = field(default_factory=dict)
    proxies: dict[str, Proxy] = field(default_factory=dict)
    made: int = 0

    def start(self) -> None:
        write_urls(self.data, self.urls)
        self.config = self.data / "bank.toml"
        self.config.write_text(_config(), "utf-8")
        (self.data / "demo").mkdir()
        making = self._run("bank", "init-demo")
        making.communicate(timeout=300)
        assert making.returncode == 0, (self.data / "bank-init-demo.log").read_text()
        self.serve_both()
        self.proxies = {name: Proxy(self.servers[name].port) for name in "AB"}
        self._keys = load_key_set(self.data / "bank" / "keyset.json")
        self.customer = self._new_customer()
        servers = [Address(name, "127.0.0.1", self.servers[name].port) for name in "AB"]
        self._observer = Bank(
            BankSettings(
                servers=servers,
                identity_folder=self.data / "terminals" / OBSERVER,
                trust_file=self.data / "bank" / "trust.pem",
                bank_time_file=self.data / "observer_time",
                realm="meridian.example",
            )
        )

    def serve_both(self, *, urgent: bool = False) -> None:
        """Start both servers, on their old ports if they had any.

        ``urgent``: before everything else that the machine has to do, where root may say so.
        """
        starting = [
            threading.Thread(target=self.serve, args=(name,), kwargs={"urgent": urgent})
            for name in "AB"
        ]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()

    def serve(
        self, name: str, environment: dict[str, str] | None = None, *, urgent: bool = False
    ) -> None:
        port = self.servers[name].port if name in self.servers else 0
        words = ("bank", "serve", "--server", name, "--port", str(port))
        process = self._run(*words, environment=environment or {})
        if urgent:
            with contextlib.suppress(PermissionError):
                os.setpriority(os.PRIO_PROCESS, process.pid, URGENT)
        said = process.stdout.readline().split()
        assert said[:2] == ["ready", name], said
        self.servers[name] = Server(name, int(said[2]), process)

    def kill(self, *names: str) -> None:
        for name in names or "AB":
            process = self.servers[name].process
            process.kill()
            process.wait(10)
            process.stdout.close()

    def freeze(self, *names: str) -> None:
        for name in names or "AB":
            os.kill(self.servers[name].process.pid, signal.SIGSTOP)

    def thaw(self, *names: str) -> None:
        for name in names or "AB":
            os.kill(self.servers[name].process.pid, signal.SIGCONT)

    def hold_replies(self, names: str = "AB") -> None:
        """From now on requests arrive and no reply comes back.

        A new connection cannot be made then: a request that needs one does not arrive.
        """
        for name in names:
            self.proxies[name].hold_replies.set()

    def hold_replies_from_order(self, names: str = "AB") -> None:
        """The next signed order arrives, whatever connection it needs, and then no reply comes."""
        self.at_order(1, lambda: self.hold_replies(names))

    def at_order(self, number: int, callback: Callable[[], None]) -> None:
        """Call back just before the ``number``-th signed order from now on comes to a server."""

        def one_more() -> None:
            nonlocal number
            number -= 1
            if number == 0:
                callback()
            else:
                arm()

        def arm() -> None:
            for proxy in self.proxies.values():
                proxy.once_upward(one_more, ORDER_BYTES)

        arm()

    def heal(self) -> None:
        """Replies pass again; what was held is lost."""
        for proxy in self.proxies.values():
            if proxy.hold_replies.is_set():
                proxy.hold_replies.clear()
                proxy.drop()

    def tries(self) -> int:
        """How many wrong PINs the bank has counted for the customer."""
        [(count,)] = self.query(
            "select number_tries from pin_tries where account = %s", self.customer.bytes
        )
        return count

    def open_sessions(self, terminal: str) -> int:
        """How many sessions of a terminal have not been ended."""
        [(count,)] = self.query(
            "select count(*) from sessions where terminal = %s and ended_at is null", terminal
        )
        return count

    def set_status(self, terminal: str, status: str) -> None:
        """Deny a terminal or release it, as the registry's owner."""
        self.query("update terminals set status = %s where id = %s", status, terminal)

    def stop(self) -> None:
        if hasattr(self, "_observer"):
            self._observer.close()
        for proxy in self.proxies.values():
            proxy.close()
        if self.servers:
            self.kill(*self.servers)

    def new_terminal(self, now: datetime | None = None) -> str:
        """Return a fresh terminal with a certificate of ``now`` in ``terminals/ID``."""
        self.made += 1
        terminal = f"ATM-{self.made:04d}-T"
        with psycopg.connect(self.urls.owner) as connection:
            register_terminal(
                connection, terminal=terminal, kind="atm", currency="EUR", loaded_minor=10**7
            )
        self.new_certificate(terminal, now)
        return terminal

    def new_certificate(self, terminal: str, now: datetime | None = None) -> None:
        moment = now or datetime.now(UTC)
        authority = ensure_authority(self.data, ORGANISATION, datetime.now(UTC))
        identity = authority.terminal(terminal, moment)
        with psycopg.connect(self.urls.owner) as connection:
            add_certificate(connection, terminal=terminal, der=identity.leaf_der)

    def new_account(self, opening_minor: int = OPENING) -> str:
        """Return the number of the customer's one account: the old one is nobody's from now on."""
        self.made += 1
        number = f"{9_000_000_000 + self.made}"
        with psycopg.connect(self.urls.owner) as connection:
            connection.execute(
                "update accounts set customer = %s where customer = %s",
                [uuid.uuid4(), self.customer],
            )
            self._open_account(connection, number, self.customer, opening_minor)
        return number

    def new_payee(self, opening_minor: int = OPENING) -> str:
        """Return the number of a stranger's account."""
        self.made += 1
        number, customer = f"{9_000_000_000 + self.made}", uuid.uuid4()
        self._add_customer(customer, f"stranger{self.made}", b"\x02" + bytes(32))
        with psycopg.connect(self.urls.owner) as connection:
            self._open_account(connection, number, customer, opening_minor)
        return number

    def fund(self, account: str, minor: int) -> None:
        """Bring money in from elsewhere."""
        self.query(
            "select ledger_book(ledger_day('Europe/Berlin'), 'opening_credit', '', null, null,"
            " ledger_internal('demo_funding', 'EUR'), id, %s) from accounts where number = %s",
            minor,
            account,
        )

    def statement(self, account: str) -> list[int]:
        """Return the sums on the statement of the customer's account, as the bank's API has it."""
        answer = self._observer.statement(self.new_session(OBSERVER), account, limit=50)
        return [row.amount_minor for row in answer.rows]

    def balance(self, account: str) -> tuple[int, int]:
        """Return booked and held money of the customer's account, as the bank's API has it."""
        answer = self._observer.balance(self.new_session(OBSERVER), account)
        return answer.booked_minor, answer.held_minor

    def query(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.urls.owner) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def _new_customer(self) -> uuid.UUID:
        """Return a customer with a user name and a PIN, and no finger: rows log in by number."""
        customer, pin = uuid.uuid4(), PIN.encode()
        account = customer.bytes
        blinded = blind_pin(account, pin)
        key = account_key(self._keys.oprf_seeds[self._keys.active_seed], 1, account)
        evaluated = evaluate_blinded(key, blinded.element)
        self._add_customer(customer, USER, unlock(account, pin, blinded, evaluated, KSF).verifier)
        return customer

    def _add_customer(self, customer: uuid.UUID, user_name: str, verifier: bytes) -> None:
        keys = self._keys
        details = Details(
            user_name=user_name, first_name="Amara", last_name="O", phone="+491511000", sms=False
        )
        self.query(
            "insert into customers (id, user_name_index, sealed, roles)"
            " values (%s, %s, %s, '{customer}')",
            customer,
            user_name_index(keys.index_key, user_name),
            seal_details(keys, customer, 1, details),
        )
        self.query(
            "insert into credentials (account, customer, seed, ver, verifier, duress)"
            " values (%s, %s, %s, 1, %s, %s)",
            customer.bytes,
            customer,
            keys.active_seed,
            verifier,
            b"\x03" + bytes(32),
        )

    def _open_account(self, connection, number: str, customer: uuid.UUID, minor: int) -> None:
        connection.execute(
            "select ledger_open_account(%s, %s, 'EUR', 'Main', %s, 'Europe/Berlin')",
            [number, customer, minor],
        )

    def certificate_hash(self, terminal: str) -> bytes:
        """SHA-256 of the terminal's certificate."""
        [(digest,)] = self.query(
            "select sha256 from terminal_certificates where terminal = %s", terminal
        )
        return bytes(digest)

    def new_session(self, terminal: str) -> str:
        """Return the id of a session of the customer's at a terminal."""
        session = os.urandom(32)
        self.query(
            "insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger,"
            " roles, opened_at, refreshed_at, idle_until, expires_at) select"
            " %s, %s, %s, %s, sha256, true, '{customer}', now(), now(),"
            " now() + interval '10 h', now() + interval '10 h'"
            " from terminal_certificates where terminal = %s",
            key_id(session),
            self.customer,
            os.urandom(16),
            terminal,
            terminal,
        )
        return b64url_encode(session)

    def _run(self, *words: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "main.py"), *words, "--data", str(self.data)]
        outside = {k: v for k, v in os.environ.items() if k != "FORTRESS_CHILD"}
        with (self.data / f"{'-'.join(words[:4])}.log").open("a") as log:
            return subprocess.Popen(
                [*command, "--config", str(self.config)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=outside | (environment or {}),
                cwd=ROOT,
            )


def _config() -> str:
    """The demo's configuration without its customers, and no limit of a day stops anybody."""
    text = (ROOT / "config" / "meridian.toml").read_text("utf-8")
    text = text[: text.index("[[demo.customers]]")]
    of_a_day = r"(?m)^((?:withdraw|transfer|deposit)_day\w*_minor) = .*$"
    return re.sub(of_a_day, r"\1 = 100000000", text)
