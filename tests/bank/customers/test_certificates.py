"""A certificate is renewed, ends, is denied; what its key signed comes in by the next one."""

import argparse
import hashlib
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from bank.enrolment.renewing import MOST_A_DAY
from bank.terminals import cli as terminals_cli
from bank.terminals.registry import CACHE_S
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.enrolment import characters
from protocol.ids import new_uid
from protocol.messages.money import Order
from protocol.orders import order_bytes
from protocol.signing import GENESIS, body_hash, sign_request
from tests.bank.customers.conftest import Terminal, World
from tests.bank.customers.enrolling import EST, Desk, Newcomer, read_certificates, released


@pytest.fixture
def desks(branch: Terminal, tellers: tuple[str, str]) -> list[Desk]:
    return [Desk(branch, who) for who in tellers]


@pytest.fixture
def enrolled(world: World, desks: list[Desk], tmp_path: Path) -> Newcomer:
    world.sql("delete from enrolments")
    machine = Newcomer(world, f"NEW-{uuid.uuid4().hex[:8]}", tmp_path)
    released(machine, *desks)
    world.sql("update terminal_cash set loaded_minor = 1000000 where terminal = %s", machine.name)
    return machine


class Chain:
    """Orders signed by one machine, one after the other, whatever key it has at the time."""

    def __init__(self, machine: Newcomer) -> None:
        self.machine, self.seq, self.prev = machine, 0, GENESIS
        self.id = new_uid(time.time_ns() // 10**6)

    def sign(self, kind: str, amount_minor: int, **members: object) -> tuple[str, bytes]:
        order = Order.model_validate(
            {
                "uid": new_uid(time.time_ns() // 10**6),
                "kind": kind,
                "amount_minor": amount_minor,
                "currency": "EUR",
                "terminal": self.machine.name,
            }
            | members
        )
        jws = sign_request(
            self.machine.key,
            kid=self.machine.sha256,
            order=order_bytes(order),
            chain=self.id,
            seq=self.seq,
            prev=self.prev,
            original=None,
        )
        self.seq, self.prev = self.seq + 1, body_hash(jws)
        return order.uid, jws


def send(terminal: Terminal, jws: bytes, server: str = "A"):
    return terminal.call("/v1/movements", {"jws": jws.decode()}, server=server)


@dataclass
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def shell(world: World, capsys: pytest.CaptureFixture[str]):
    """``main.py bank terminals`` in this process; `tests/bank/store` has it in its own."""

    def run(*words: str) -> Said:
        parser = argparse.ArgumentParser()
        terminals_cli.describe(parser, world.data_dir)
        status = terminals_cli.run(parser.parse_args(words))
        return Said(status, *capsys.readouterr())

    return run


def end_certificate(world: World, machine: Newcomer, _shell) -> None:
    world.sql(
        "update terminal_certificates set not_after = now() - interval '1 s' where sha256 = %s",
        machine.sha256,
    )


def deny_certificate(_world: World, machine: Newcomer, shell) -> None:
    done = shell("deny", machine.name, "--certificate", machine.sha256.hex()[:12])
    assert done.status == 0, done.err


@pytest.mark.parametrize(
    ("how", "code"),
    [(end_certificate, "certificate_over"), (deny_certificate, "certificate_denied")],
)
def test_what_a_dead_certificate_signed_comes_in_by_the_next_one(
    world, desks, enrolled, shell, how, code
):
    """A hold made under certificate 1, which dies; its confirm, signed by key 1, over number 2."""
    old, chain = enrolled.as_terminal(), Chain(enrolled)
    login = old.log_in("amara")
    session = encode(hashlib.sha256(decode(login["session"])).digest())
    number = world.people["amara"].number
    hold, jws = chain.sign("authorise", 2000, source=number, session=session)
    held = send(old, jws)
    assert held.body["outcome"] == "held", held
    _, confirm = chain.sign("confirm", 2000, original=hold)
    _, another = chain.sign("authorise", 2000, source=number, session=session)

    how(world, enrolled, shell)
    time.sleep(CACHE_S + 0.5)
    for server in ("A", "B"):
        for refused in (
            send(old, confirm, server),
            send(old, another, server),
            old.call("/v1/lookup", {"number": "amara"}, server=server),
        ):
            assert (refused.status, refused.code) == (403, code)
    assert old.call("/healthz", method="GET").status == 200, "it is told so, not cut off"
    again = reenrol(old, Newcomer(world, enrolled.name, enrolled.folder))
    assert (again.status_code, again.json()["code"]) == (403, code)

    later = Newcomer(world, enrolled.name, enrolled.folder)
    released(later, *desks)
    now = later.as_terminal()
    posted = send(now, confirm, "B")
    assert (posted.status, posted.body["outcome"]) == (200, "posted"), posted
    assert send(now, jws).body == held.body, "what was decided stays decided"


def reenrol(terminal: Terminal, machine: Newcomer, name: str = ""):
    url = f"https://127.0.0.1:{terminal.world.ports['A']}{EST}/simplereenroll"
    answer = terminal.http.post(
        url,
        data=machine.request(name),
        headers={"Content-Type": "application/pkcs10"},
        timeout=20,
    )
    if answer.status_code == 200:
        [machine.certificate] = read_certificates(answer)
    return answer


def test_a_good_certificate_is_renewed_without_anybody(world, enrolled):
    terminal = enrolled.as_terminal()
    later = Newcomer(world, enrolled.name, enrolled.folder)
    first = reenrol(terminal, later)
    assert first.status_code == 200
    assert reenrol(terminal, later).content == first.content
    assert later.certificate.public_key() == later.key.public_key()
    for machine in (enrolled, later):
        answer = machine.as_terminal().call("/v1/lookup", {"number": "amara"})
        assert answer.status == 200, "both are good"

    other = reenrol(terminal, Newcomer(world, "OTHER", enrolled.folder))
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    statuses = [
        reenrol(terminal, Newcomer(world, enrolled.name, enrolled.folder)).status_code
        for _ in range(MOST_A_DAY)
    ]
    assert set(statuses[:-3]) == {200}
    assert statuses[-1] == 429


def test_a_denied_terminal_renews_nothing(world, enrolled, shell):
    terminal = enrolled.as_terminal()
    assert shell("deny", enrolled.name).status == 0
    time.sleep(CACHE_S + 0.5)
    answer = reenrol(terminal, Newcomer(world, enrolled.name, enrolled.folder))
    assert (answer.status_code, answer.json()["code"]) == (403, "terminal_denied")


def test_staff_deny_at_once_and_two_release(desks, enrolled):
    first, second = desks
    terminal = enrolled.as_terminal()
    assert first.act("release_terminal", terminal=enrolled.name) == "unknown", "it is not denied"
    assert first.act("deny_terminal", terminal=enrolled.name) == "done"
    time.sleep(CACHE_S + 0.5)
    for server in ("A", "B"):
        assert terminal.call("/v1/lookup", {"number": "amara"}, server=server).code == (
            "terminal_denied"
        )
    assert first.act("release_terminal", terminal=enrolled.name) == "waiting"
    assert first.act("release_terminal", terminal=enrolled.name) == "same_person"
    assert second.act("release_terminal", terminal=enrolled.name) == "done"
    stolen = {"terminal": enrolled.name, "certificate": encode(enrolled.sha256)}
    assert first.act("deny_certificate", **stolen) == "done"
    assert second.act("deny_certificate", **stolen) == "unknown"
    time.sleep(CACHE_S + 0.5)
    for server in ("A", "B"):
        refused = terminal.call("/v1/lookup", {"number": "amara"}, server=server)
        assert refused.code == "certificate_denied"


def test_the_first_desk_is_enrolled_at_the_shell(world, tmp_path, shell):
    world.sql("delete from enrolments")
    desk = Newcomer(world, f"DESK-{uuid.uuid4().hex[:6]}", tmp_path, kind="teller")
    assert shell("requests").out == "No key waits.\n"
    assert desk.ask().status_code == 202
    spoken = characters(decode(desk.id))
    assert f"{desk.name}  teller  {spoken}  from 127.0.0.1" in shell("requests").out
    wrong = shell("approve", desk.name, "--characters", "A" * 25)
    assert (wrong.status, wrong.out) == (2, "")
    assert "no key of" in wrong.err
    done = shell("approve", desk.name, "--characters", spoken.lower().replace(" ", "-"))
    assert done.out.startswith(f"{desk.name} gets its certificate, until 20"), done.err
    assert desk.ask().status_code == 200
    assert f"certificate {desk.sha256.hex()[:12]}  until 20" in shell("list").out
    unknown = shell("deny", desk.name, "--certificate", "0" * 64)
    assert unknown.status == 2
    audited = world.sql("select event from audit where terminal = %s", desk.name)
    assert audited == [("terminal enrolled",)]
