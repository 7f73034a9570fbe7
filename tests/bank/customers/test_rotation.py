"""`bank keys`: two servers with folders of their own, as on two machines."""

import argparse
import contextlib
import io
import json
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from bank import cli
from bank.customers.details import unseal_details
from bank.keys import KeySetUnreadable, SealBroken, load_key_set, make_key_set
from bank.keys.carrying import unwrap_key_set
from bank.keys.file import CURRENT, NEXT, key_set_json
from bank.keys.keyset import generate
from bank.keys.rotation import activated, grown, retired
from bank.private_file import write_private
from bank.rotation.command import _retire
from bank.rotation.rewrapping import rewrap_all
from bank.store.postgres import PostgresServer
from tests.bank.conftest import Servers, Terminal, bank_of_two


@pytest.fixture(scope="module")
def apart(postgres_server: PostgresServer) -> Iterator[Servers]:
    """A and B; B has a data folder of its own, beside A's."""
    with bank_of_two(postgres_server) as servers:
        folder = servers.data_dir / "other machine"
        folder.mkdir(mode=0o711)
        shutil.copytree(servers.data_dir / "bank", folder / "bank")
        yield servers


@dataclass(frozen=True)
class Told:
    """What the command line said."""

    returncode: int
    stdout: str
    stderr: str


def keys(servers: Servers, name: str, *words: str) -> Told:
    """`main.py bank keys WORDS`, without starting a program for each."""
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    arguments = parser.parse_args(["keys", *words, "--data", str(home(servers, name))])
    out, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(wrong):
        status = cli.run(arguments)
    return Told(status, out.getvalue(), wrong.getvalue())


def home(servers: Servers, name: str) -> Path:
    return servers.data_dir if name == "A" else servers.data_dir / "other machine"


def start(servers: Servers, name: str) -> None:
    """Start a server over its own folder."""
    folder, servers.data_dir = servers.data_dir, home(servers, name)
    try:
        servers.start(name)
    finally:
        servers.data_dir = folder


def start_anew(servers: Servers, name: str) -> None:
    servers.stop(name, signal.SIGKILL)
    start(servers, name)


def readiness(terminal: Terminal, name: str) -> tuple[int, list[str]]:
    answer: requests.Response = terminal.call("GET", "/readyz", server=name)
    return answer.status_code, answer.json()["reasons"]


def carry(servers: Servers) -> None:
    """From A to B, sealed to B's certificate."""
    certificate = home(servers, "B") / "bank" / "servers" / "B" / "cert.pem"
    sealed = keys(servers, "A", "export", "--to", str(certificate))
    assert (sealed.returncode, sealed.stderr) == (0, "")
    file = servers.data_dir / "carried.jwe"
    file.write_text(sealed.stdout)
    key = home(servers, "B") / "bank" / "servers" / "B" / "key.pem"
    taken = keys(servers, "B", "import", str(file), "--key", str(key))
    assert (taken.returncode, taken.stderr) == (0, ""), taken


def step(servers: Servers, word: str) -> None:
    """Propose, distribute, start both anew: the bank serves all the time."""
    done = keys(servers, "A", word)
    assert (done.returncode, done.stderr) == (0, ""), done
    early = keys(servers, "A", word)
    assert early.returncode == 1
    assert "confirmed" in early.stderr
    carry(servers)
    terminal, customer = servers.terminal(), servers.customer()
    for name, other in (("A", "B"), ("B", "A")):
        servers.stop(name, signal.SIGKILL)
        jws = terminal.sign(terminal.order("credit", 700, target=customer.account))
        assert terminal.send(jws, server=other).status_code == 200
        start(servers, name)
        assert readiness(terminal, name) == (200, [])
        assert readiness(terminal, other) == (200, [])


def test_a_server_with_other_keys_is_not_ready_and_says_why(apart: Servers) -> None:
    terminal = apart.terminal()
    file = home(apart, "B") / "bank" / "keyset.json"
    right = file.read_bytes()
    file.unlink()
    make_key_set(file)
    start_anew(apart, "B")
    assert readiness(terminal, "B") == (503, ["keys"])
    assert readiness(terminal, "A") == (200, [])
    write_private(file, right)
    start_anew(apart, "B")
    assert readiness(terminal, "B") == (200, [])


def test_a_new_server_gets_the_keys_sealed_to_its_certificate(apart: Servers) -> None:
    file = home(apart, "B") / "bank" / "keyset.json"
    apart.stop("B", signal.SIGKILL)
    file.unlink()
    carry(apart)
    assert load_key_set(file) == load_key_set(apart.data_dir / "bank" / "keyset.json")
    assert file.stat().st_mode & 0o077 == 0
    start(apart, "B")
    assert readiness(apart.terminal(), "B") == (200, [])
    # Nothing of it can be read on the way, and nobody else opens it.
    sealed = (apart.data_dir / "carried.jwe").read_text()
    assert json.loads(file.read_text())["lookup_key"] not in sealed
    other = apart.data_dir / "bank" / "servers" / "A" / "key.pem"
    wrong = keys(apart, "B", "import", str(apart.data_dir / "carried.jwe"), "--key", str(other))
    assert wrong.returncode == 2
    assert "does not open" in wrong.stderr
    with pytest.raises(KeySetUnreadable):
        unwrap_key_set(sealed[:-3] + "AAA", load_key_set(file).record_key)


@pytest.mark.timeout(400)
def test_keys_are_rotated_while_the_bank_serves(apart: Servers) -> None:
    customer = apart.customer()
    start_anew(apart, "A")
    before = load_key_set(apart.data_dir / "bank" / "keyset.json")
    for word in ("rotate", "activate"):
        step(apart, word)
    [(sealed,)] = apart.sql("select sealed from customers where id = %s", customer.id)
    assert sealed[1] == before.active_kek
    step(apart, "retire")
    after = load_key_set(apart.data_dir / "bank" / "keyset.json")
    assert load_key_set(home(apart, "B") / "bank" / "keyset.json") == after
    assert (set(after.keks), set(after.mac_keys), set(after.oprf_seeds)) == ({2}, {2}, {1, 2})
    [(sealed,)] = apart.sql("select sealed from customers where id = %s", customer.id)
    assert unseal_details(after, customer.id, 1, sealed).first_name == "Amara"
    assert not list(apart.data_dir.glob("bank/keyset.next*"))
    shown = keys(apart, "A", "show")
    assert "OPRF seeds: 1, 2; active: 2" in shown.stdout
    assert "server B has" in shown.stdout
    idle = keys(apart, "A", "activate")
    assert (idle.returncode, "Nothing to do" in idle.stdout) == (0, True)


def test_the_steps_in_themselves() -> None:
    first = generate()
    second = grown(first)
    assert second != first
    assert (second.active_kek, set(second.keks)) == (1, {1, 2})
    third = activated(second)
    assert (third.active_kek, third.active_mac, third.active_seed) == (2, 2, 2)
    assert activated(third) == third
    last = retired(third, {1})
    assert (set(last.keks), set(last.oprf_seeds)) == ({2}, {1, 2})
    assert set(retired(third, ()).oprf_seeds) == {2}
    with pytest.raises(ValueError, match="already"):
        grown(second)
    with pytest.raises(ValueError, match="not active"):
        retired(second, ())
    assert hash(activated(third)) == hash(third)


def test_only_the_public_key_is_shown_in_public(apart: Servers) -> None:
    told = keys(apart, "A", "public")
    assert told.stdout.startswith("-----BEGIN PUBLIC KEY-----")
    assert "PRIVATE" not in told.stdout


def test_a_key_that_is_locked_is_no_traceback(apart: Servers, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pem"
    secret = BestAvailableEncryption(b"secret")
    locked.write_bytes(
        generate().record_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
    )
    told = keys(apart, "B", "import", str(locked), "--key", str(locked))
    assert (told.returncode, "password" in told.stderr) == (2, True)


def test_a_step_that_was_cut_short_is_carried_on(apart: Servers) -> None:
    folder = apart.data_dir / "bank"
    coming = grown(load_key_set(folder / CURRENT))
    # Power went between the file and the database.
    write_private(folder / NEXT, key_set_json(coming))
    done = keys(apart, "A", "rotate")
    assert (done.returncode, done.stderr) == (0, ""), done
    assert load_key_set(folder / NEXT) == coming
    [(value,)] = apart.sql("select value from key_sets where stage = 'next'")
    assert bytes(value) == coming.check_value()
    write_private(folder / NEXT, key_set_json(generate()))
    strange = keys(apart, "A", "rotate")
    assert (strange.returncode, "no next step" in strange.stderr) == (2, True)


def test_the_seed_of_a_sign_up_that_has_begun_is_kept(apart: Servers) -> None:
    keys_now = load_key_set(apart.data_dir / "bank" / CURRENT)
    late = max(keys_now.oprf_seeds)
    seeds = {**keys_now.oprf_seeds, late + 1: bytes(32)}
    keks = {**apart.keys.keks, **keys_now.keks}
    later = replace(keys_now, oprf_seeds=seeds, active_seed=late + 1, keks=keks)
    apart.sql("delete from signups")
    apart.sql(
        "insert into signups (uid, terminal, request, ticket, account, seed, ver, customer,"
        " expires_at) values (%s, 'T', %s, %s, %s, %s, 1, gen_random_uuid(), now() + '15 min')",
        bytes(16), bytes(32), b"t", bytes(16), late,
    )  # fmt: skip
    assert late in _retire(later, apart.owner).oprf_seeds
    apart.sql("update signups set expires_at = now() - interval '1 s'")
    assert late not in _retire(later, apart.owner).oprf_seeds


def test_a_field_that_does_not_open_is_named(apart: Servers) -> None:
    keys_now = load_key_set(apart.data_dir / "bank" / CURRENT)
    keks = {**apart.keys.keks, **keys_now.keks}
    damaged = apart.customer()
    apart.sql(
        "update customers set sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))"
        " where id = %s",
        damaged.id,
    )
    with pytest.raises(SealBroken, match=f"sealed of {damaged.id.hex} in customers"):
        rewrap_all(apart.owner, activated(grown(replace(keys_now, keks=keks))))
