"""A machine's new chain: two tellers approve it at the shell, and only what they compared."""

import json
import subprocess
import sys
import time
import uuid

import pytest

from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from protocol.messages.chains import NewChain, code_of
from tests.bank.customers.conftest import ROOT, Terminal, World
from tests.bank.customers.test_cases import two_tellers  # noqa: F401

HEAD = bytes(range(32))


@pytest.fixture
def lost(world: World) -> Terminal:
    """A machine of whose chain the bank has 12 requests."""
    machine = world.terminal()
    world.sql(
        "insert into chain_heads values (%s, %s, 12, %s, now())",
        machine.name,
        uuid.uuid4(),
        HEAD,
    )
    return machine


def hello(machine: Terminal, chain: str, seq: int, head: bytes) -> str:
    body = {
        "chain": chain, "seq": seq, "head": encode(head), "open_holds": [], "pending": 0,
        "cassettes": {},
    }  # fmt: skip
    answer = machine.call("/v1/hello", body)
    assert answer.status == 200, answer
    return str(answer.body["standing"])


def fresh() -> str:
    return new_uid(time.time_ns() // 10**6)


def chains(world: World, who: str, *words: str) -> tuple[int, str]:
    person = world.people[who]
    run = world.data_dir / "run"
    run.mkdir(exist_ok=True)
    (run / "ports.json").write_text(json.dumps({"bank": world.ports, "device": 9}), "utf-8")
    command = [sys.executable, str(ROOT / "main.py"), "chains", "--data", str(world.data_dir)]
    command += ["--config", str(world.config), "--finger", str(person.pictures[3]), *words]
    world.sql("delete from probes")
    done = subprocess.run(
        command, input=person.pin + "\n", capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.usefixtures("two_tellers")
def test_two_tellers_open_a_machines_new_chain(world: World, lost: Terminal) -> None:
    other = fresh()
    assert hello(lost, other, 0, bytes(32)) == "foreign"
    new = NewChain(terminal=lost.name, chain=fresh(), seq=12, head=encode(HEAD))
    assert hello(lost, new.chain, 12, HEAD) == "foreign"
    status, said = chains(world, "tessa", "list")
    assert (status, code_of(new) in said) == (0, True), said
    approve = ("approve", lost.name, code_of(new).replace(" ", "-").lower())
    status, said = chains(world, "tessa", *approve)
    assert (status, "A second person must approve" in said) == (0, True), said
    status, said = chains(world, "tessa", *approve)
    assert (status, "Another person is needed" in said) == (2, True), said
    assert hello(lost, new.chain, 12, HEAD) == "foreign"
    status, said = chains(world, "bo", *approve)
    assert (status, "goes on with its new chain" in said) == (0, True), said
    assert hello(lost, new.chain, 12, HEAD) == "known"
    # The one before it does not count any more, whoever finds it again.
    assert hello(lost, other, 0, bytes(32)) == "foreign"
    [(follows, act)] = world.sql(
        "select follows_seq, act from chain_openings where chain = %s", uuid.UUID(new.chain)
    )
    assert follows == 12
    assert world.sql("select count(*) from staff_acts where uid = uuid_send(%s)", act) == [(1,)]


def test_a_chain_of_which_more_has_come_in_is_not_opened(world: World, lost: Terminal) -> None:
    chain = fresh()
    opened = "select chain_open(%s, %s, 12, %s, null)"
    assert world.sql(opened, lost.name, uuid.UUID(chain), HEAD) == [("unknown",)]
    assert hello(lost, chain, 12, HEAD) == "foreign"
    assert world.sql(opened, lost.name, uuid.UUID(fresh()), HEAD) == [("changed",)]
    assert world.sql(opened, lost.name, uuid.UUID(chain), HEAD) == [("opened",)]
    world.sql("update chain_heads set seq = 13 where terminal = %s", lost.name)
    assert world.sql(opened, lost.name, uuid.UUID(chain), HEAD) == [("changed",)]
