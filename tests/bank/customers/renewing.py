"""A branch with two tellers, and terminals that choose a new PIN over HTTP."""

import hashlib
import json
import time
from typing import Any

import pytest

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from protocol.pin.prover import blind_pin, unlock
from tests.bank.customers.conftest import Answer, Terminal, World

NEW = "730164"


@pytest.fixture(autouse=True)
def credentials_as_they_were(world: World):
    """Two tellers, and afterwards everybody's PIN as the demo has it."""
    kept = world.sql("select account, seed, ver, verifier, duress from credentials")
    secrets = dict(world.secrets)
    world.sql(
        "update customers set roles = '{customer,teller}' where id in"
        " (select customer from accounts where number = %s)",
        world.people["bo"].number,
    )
    yield
    for account, *old in kept:
        world.sql(
            "update credentials set seed = %s, ver = %s, verifier = %s, duress = %s"
            " where account = %s",
            *old,
            account,
        )
    # Secrets are of a version: of whoever has the old one again, those from before hold.
    renewed = {row[0] for row in world.sql("select account from pin_renewals")}
    now = {key: secret for key, secret in world.secrets.items() if key[0] not in renewed}
    world.secrets.clear()
    world.secrets.update(secrets | now)
    # What was asked of these versions must not meet the next test.
    world.sql("delete from pin_renewals")
    for table in ("pin_resets", "approvals"):
        world.sql(f"alter table {table} disable trigger append_only")
        world.sql(f"delete from {table}")
        world.sql(f"alter table {table} enable trigger append_only")
    world.sql(
        "update customers set roles = '{customer}' where id in"
        " (select customer from accounts where number = %s)",
        world.people["bo"].number,
    )


def customer_of(world: World, name: str) -> str:
    rows = world.sql("select customer from accounts where number = %s", world.people[name].number)
    return str(rows[0][0])


class Branch:
    """A desk with two tellers signed in, and a customer in front of it."""

    def __init__(self, world: World, desk: Terminal, customer: str = "amara") -> None:
        self.world, self.desk, self.name = world, desk, customer
        self.customer = customer_of(world, customer)
        self.one, self.other = desk.log_in("tessa"), desk.log_in("bo")
        self.pins = {self.one["session"]: "tessa", self.other["session"]: "bo"}

    def finger(self) -> dict[str, Any]:
        """The customer's finger, read at this desk."""
        self.world.sql("delete from probes")
        return self.desk.factor1(self.name)

    def act(self, login: dict[str, Any], **reset: str) -> bytes:
        act = {
            "v": 1,
            "uid": new_uid(time.time_ns() // 10**6),
            "act": "reset_pin",
            "customer": self.customer,
            "reset": {"found": "finger", "desk": self.desk.name} | reset,
            "terminal": self.desk.name,
            "session": encode(hashlib.sha256(decode(login["session"])).digest()),
        }
        return json.dumps(act).encode()

    def send(
        self, login: dict[str, Any], data: bytes, proof: Any = None, server: str = "A"
    ) -> Answer:
        pin = self.world.people[self.pins[login["session"]]].pin
        proof = proof or self.desk.prove_body(login, "staff-act", data, pin)
        return self.desk.call(
            "/v1/staff/acts",
            {"act": encode(data), "pin": proof},
            headers={"Session": login["session"]},
            server=server,
        )

    def ask(self, login: dict[str, Any], **reset: str) -> tuple[str, str | None]:
        answer = self.send(login, self.act(login, **reset))
        assert answer.status == 200, answer
        return answer.body["outcome"], answer.body["reason"]

    def approved(self) -> None:
        assert self.ask(self.one, record=self.finger()["record"]) == ("waiting", None)
        assert self.ask(self.other) == ("done", None)

    def state(self, login: dict[str, Any]) -> dict[str, Any] | None:
        path = f"/v1/staff/customers/{self.customer}"
        answer = self.desk.call(path, method="GET", headers={"Session": login["session"]})
        assert answer.status == 200, answer
        return answer.body["reset"]

    def ticket(self, desk: Terminal | None = None, login: dict[str, Any] | None = None) -> Answer:
        return (desk or self.desk).call(
            f"/v1/staff/customers/{self.customer}/pin-ticket",
            headers={"Session": (login or self.one)["session"]},
        )


@pytest.fixture
def branch_desk(world: World, branch: Terminal) -> Branch:
    return Branch(world, branch)


def registration(
    terminal: Terminal, ticket: dict[str, Any], pin: str = NEW, server: str = "A"
) -> dict[str, str]:
    """What a desk makes of a new PIN; the secret of this version is nobody else's."""
    account = decode(ticket["account"])
    blinded = blind_pin(account, pin.encode())
    body = terminal.start_body(
        ticket["account"], purpose="pin-register", record=ticket["ticket"], blinded=blinded
    )
    started = terminal.start(body, server)
    assert started.status == 200, started
    assert started.body["ver"] == ticket["ver"]
    secret = unlock(
        account, pin.encode(), blinded, decode(started.body["evaluated"]), started.body["ksf"]
    )
    terminal.world.secrets[account, pin] = secret
    token = started.body["token"]
    return {
        "ticket": ticket["ticket"],
        "verifier": encode(secret.verifier),
        "token": token,
        "proof": terminal.prove(body, token, secret),
    }


def renew(terminal: Terminal, renewal: dict[str, Any], server: str = "A") -> Answer:
    return terminal.call("/v1/pin/renew", renewal, server=server)


def of_account(world: World, customer: str, columns: str) -> tuple[Any, ...]:
    [row] = world.sql(
        f"select {columns} from credentials c left join pin_tries t using (account)"
        " where c.customer = %s",
        customer,
    )
    return row


def open_sessions(world: World, customer: str) -> int:
    [(count,)] = world.sql(
        "select count(*) from sessions where customer = %s and ended_at is null", customer
    )
    return int(count)


def change_begin(terminal: Terminal, login: dict[str, Any]) -> Answer:
    return terminal.call("/v1/pin/change", headers={"Session": login["session"]})


def changed(
    terminal: Terminal, login: dict[str, Any], old: str | None, new: str = NEW
) -> tuple[Answer, dict[str, Any]]:
    ticket = change_begin(terminal, login)
    assert ticket.status == 200, ticket
    body: dict[str, Any] = registration(terminal, ticket.body, new)
    old_proof = terminal.prove_body(login, "pin-change-old", decode(body["verifier"]), old)
    body = body | {"old": old_proof}
    return renew(terminal, body), body
