"""A kiosk's own side of its certificates, over real servers: enrol, renew, change over, end."""

import re
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend_client import Bank, BankSettings, Server
from backend_client.enrolling import Enrolment, enrol
from backend_client.errors import NotEnrolled, TerminalDenied
from backend_client.identity import TerminalIdentity
from backend_client.key_pair import pair_in_use
from bank.ca import ensure_authority
from bank.terminals.registry import CACHE_S
from kiosk.renewal import Renewal
from protocol.ids import new_uid
from protocol.messages.terminal import HelloRequest
from tests.bank.customers.conftest import REALM, ROOT, Terminal, World
from tests.bank.customers.enrolling import Desk, enrol_port


@pytest.fixture
def desks(branch: Terminal, tellers: tuple[str, str]) -> list[Desk]:
    return [Desk(branch, who) for who in tellers]


def approve(desks: list[Desk], name: str) -> None:
    for desk in desks:
        [row] = [row for row in desk.terminals().waiting if row.terminal == name]
        desk.act("enrol_terminal", terminal=name, kind=row.kind, key=row.key)


def line_to(world: World, data: Path, name: str) -> Bank:
    return Bank(
        BankSettings(
            servers=[Server(n, "127.0.0.1", world.ports[n]) for n in ("A", "B")],
            identity_folder=data / "terminals" / name,
            trust_file=data / "bank" / "trust.pem",
            bank_time_file=data / "bank_time",
            realm=REALM,
        )
    )


def hello() -> HelloRequest:
    return HelloRequest.model_validate(
        {
            "chain": new_uid(time.time_ns() // 10**6),
            "seq": 0,
            "head": "A" * 43,
            "open_holds": (),
            "pending": 0,
            "cassettes": {},
        }
    )


def test_a_kiosk_enrols_renews_changes_over_and_is_told_of_the_end(world, desks, tmp_path):
    world.sql("delete from enrolments")
    name = f"NEW-{uuid.uuid4().hex[:8]}"
    command = [sys.executable, str(ROOT / "main.py"), "kiosk", "enrol", "--terminal", name]
    command += ["--ca", str(world.data_dir / "bank" / "trust.pem"), "--data", str(tmp_path)]
    for server in ("A", "B"):
        command += ["--server", f"127.0.0.1:{enrol_port(world, server)}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as kiosk:
        said = ""
        while not re.search(r"^    (\w{5} ){4}\w{5}$", said, re.M):
            line = kiosk.stdout.readline()
            assert line, said
            said += line
        deadline = time.monotonic() + 60
        while not world.sql("select 1 from enrolments where terminal = %s", name):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        approve(desks, name)
        assert kiosk.wait(60) == 0
        assert f"{name} is enrolled until 20" in kiosk.stdout.read()

    with line_to(world, tmp_path, name) as bank:
        first = bank.identity
        assert bank.hello(hello()).terminal == name
        assert not bank.renewal_due()
        found = bank.lookup("amara")

        bank.renew()
        newer = bank.newer_identity()
        assert newer is not None
        assert bank.identity is first, "taken up between two visits only"
        bank.change_over(newer)
        assert bank.newer_identity() is None
        assert bank.lookup("amara").account == found.account
        kept = TerminalIdentity.load(tmp_path / "terminals" / name)
        assert kept.certificate_hash == newer.certificate_hash
        assert newer.private_key.private_numbers() != first.private_key.private_numbers()

        world.sql(
            "update terminal_certificates set not_after = now() where sha256 = %s",
            newer.certificate_hash,
        )
        time.sleep(CACHE_S + 0.5)
        with pytest.raises(NotEnrolled):
            bank.lookup("amara")
        assert bank.denied()
        assert bank.must_enrol()
        with pytest.raises(TerminalDenied):
            bank.renew()


class Stop(Exception):
    """The test has seen enough."""


def stop(_seconds: float) -> None:
    raise Stop


def test_nobody_is_asked_but_the_bank_of_the_ca_that_was_brought(world, tmp_path):
    """A server of another CA hears of no key, and the same key goes on to the right one."""
    world.sql("delete from enrolments")
    stranger = ensure_authority(tmp_path / "stranger", "Test", datetime.now(UTC))
    servers = [Server("A", "127.0.0.1", enrol_port(world, "A"))]
    said: list[str] = []
    shown: list[str] = []
    for trust_file in (stranger.trust_file, world.data_dir / "bank" / "trust.pem"):
        enrolment = Enrolment("NEW-1", "atm", servers, tmp_path / "NEW-1", trust_file, stop)
        with pytest.raises(Stop):
            enrol(enrolment, shown.append, said.append)
        waits = world.sql("select count(*) from enrolments")[0][0]
        assert waits == (0 if trust_file == stranger.trust_file else 1)
    assert "CERTIFICATE_VERIFY_FAILED" in said[0]
    assert len(said) == 1
    assert shown[0] == shown[1]
    assert not pair_in_use(tmp_path / "NEW-1")[0].exists()


class SlowBank:
    """A bank whose certificate is due, and whose answer to a renewal is counted."""

    def __init__(self) -> None:
        self.renewals = 0

    def renewal_due(self) -> bool:
        return True

    def renew(self) -> None:
        self.renewals += 1
        raise NotEnrolled("certificate_over", "test")

    def newer_identity(self) -> None:
        return None


def test_a_renewal_is_asked_for_only_while_nobody_is_served_and_not_without_end(tmp_path):
    bank, now = SlowBank(), [0.0]
    renewal = Renewal(bank, tmp_path, lambda: now[0])  # type: ignore[arg-type]
    renewal.look(idle=False)
    assert bank.renewals == 0
    for _ in range(3):
        renewal.look(idle=True)
    assert bank.renewals == 1
    now[0] = 601.0
    renewal.look(idle=True)
    assert bank.renewals == 2
