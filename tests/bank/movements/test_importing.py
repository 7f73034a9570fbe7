"""Advices of a machine that cannot bring them itself, brought in by hand; alarms seen to."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from bank.alarms import cli as alarms_door
from tests.bank.conftest import ROOT, Servers


def bank(servers: Servers, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), "bank", *words]
    return subprocess.run(
        [*command, "--data", str(servers.data_dir)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_advices_come_in_by_hand_once(servers: Servers, tmp_path: Path) -> None:
    terminal, other, customer = servers.terminal(), servers.terminal(), servers.customer()
    session = customer.session(terminal)
    held = terminal.ask("authorise", 3_000, source=customer.account, session=session)
    servers.sql("update terminals set status = 'denied' where id = %s", terminal.name)
    confirm = terminal.sign(terminal.order("confirm", 3_000, original=held["uid"]))
    known = terminal.sign(terminal.order("credit", 500, target=customer.account))
    assert terminal.send(known).json()["outcome"] == "posted"
    order = terminal.sign(
        terminal.order("authorise", 3_000, source=customer.account, session=session)
    )
    other.key = terminal.key
    forged = other.sign(other.order("credit", 9_000, target=customer.account))
    file = tmp_path / "advices"
    lines = [confirm, known, order, forged, confirm[:-4] + b"AAAA", b"nonsense"]
    file.write_bytes(b"\n".join(lines) + b"\n")

    done = bank(servers, "import-advices", str(file))
    assert done.returncode == 1, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert [line.split(": ", 2)[-1] for line in said[:-1]] == [
        "posted",
        "posted",
        "not an advice, and left out",
        "the signature does not verify",
        "the signature does not verify",
        "no signed request",
    ]
    assert said[-1] == "2 of 6 are in the ledger."
    assert servers.balance(customer.account) == (100_000 - 3_000 + 500, 0)
    file.write_bytes(confirm)
    assert bank(servers, "import-advices", str(file)).returncode == 0
    assert servers.balance(customer.account) == (100_000 - 3_000 + 500, 0)
    audited = "select count(*) from audit where event = 'advice imported' and terminal = %s"
    assert servers.sql(audited, terminal.name) == [(3,)]


@pytest.mark.parametrize("data", [b"\xff\n", b"x" * 20_000])
def test_a_file_of_something_else_is_no_import(tmp_path: Path, data: bytes) -> None:
    from bank.movements.errors import BadMovement
    from bank.movements.importing import read_lines

    (tmp_path / "file").write_bytes(data)
    with pytest.raises(BadMovement):
        list(read_lines(tmp_path / "file"))


def test_an_alarm_is_acknowledged_once_and_stays(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = servers.terminal().name
    [(number,)] = servers.sql(
        "insert into alarms (kind, terminal, subject, detail) values ('fork', %s, 's', 'd')"
        " returning id",
        terminal,
    )
    parser = argparse.ArgumentParser()
    alarms_door.describe(parser, servers.data_dir)

    def alarms(*words: str) -> tuple[int, str]:
        status = alarms_door.run(parser.parse_args(words))
        said = capsys.readouterr()
        return status, said.out + said.err

    assert f"{number}  " in alarms("list")[1]
    words = ("acknowledge", str(number), "--by", "olga")
    assert alarms(*words, "--note", "x")[0] == 2
    status, said = alarms(*words, "--note", "the old disk was put back")
    assert (status, "stays on record" in said) == (0, True), said
    status, said = alarms(*words, "--note", "another story")
    assert (status, "olga said: the old disk was put back" in said) == (2, True), said
    assert terminal not in alarms("list")[1]
    assert "olga: the old disk" in alarms("list", "--all")[1]
    kept = "select acknowledged_by, note from alarms where id = %s"
    assert servers.sql(kept, number) == [("olga", "the old disk was put back")]
