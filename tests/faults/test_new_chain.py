"""A machine that lost its journal: out of service, a new chain by two people, in service again."""

import shutil
import subprocess
import sys

import pytest

from tests.faults.running import eventually
from tests.faults.scene import REQ, WITHDRAW, Scene


def begin(scene: Scene) -> tuple[int, str]:
    """``main.py journal new-chain`` at the machine: its status, and all it said."""
    out = scene.folder / f"new-chain-{len(list(scene.folder.glob('new-chain-*')))}"
    words = ["journal", "new-chain", "--data", str(scene.folder)]
    words += ["--config", str(scene.folder / "kiosk.toml")]
    process = scene.zygote.start(words, {}, out, out.with_suffix(".err"))
    return process.wait(), out.read_text() + out.with_suffix(".err").read_text()


def opened_by_two(scene: Scene) -> None:
    """As two tellers would: ``tests/bank/customers/test_chains.py`` plays their part."""
    [(chain, seq, head)] = scene.bank.query(
        "select told_chain, told_seq, told_head from terminal_hellos where terminal = %s",
        scene.terminal,
    )
    opened = "select chain_open(%s, %s, %s, %s, gen_random_uuid())"
    assert scene.bank.query(opened, scene.terminal, chain, seq, head) == [("opened",)]


def test_a_lost_journal_begins_anew(scene: Scene) -> None:
    scene.withdraw()
    scene.withdraw("S6")  # the bank has held the sum, and the cash machine was not asked
    assert begin(scene)[0] == 2, "a kiosk's own journal, which the bank knows"
    shutil.rmtree(scene.journal_folder)

    kiosk = scene.kiosk(WITHDRAW)
    kiosk.until("OutOfService", reason="machine_fault")
    eventually(lambda: "new-chain" in kiosk.said(), lambda: f"words: {kiosk.said()}")
    status, said = begin(scene)
    assert (status, "Another kiosk is using" in said) == (2, True), said
    kiosk.kill()

    status, said = begin(scene)
    assert status == 0, said
    [first] = [row for row in scene.peek() if row["word"] == "OPENED"]
    [(seq, head)] = scene.bank.query(
        "select seq, jws_sha256 from chain_heads where terminal = %s", scene.terminal
    )
    follows = first["data"]["follows"]
    assert (follows["seq"], follows["head"]) == (seq, bytes(head).hex())
    assert [path.name for path in scene.journal_folder.glob("quarantine-*")] == ["quarantine-0001"]
    # Run again it says the same, and changes nothing.
    before = scene.peek()
    again, repeated = begin(scene)
    assert (again, scene.peek()) == (0, before)
    assert said.splitlines()[-2:] == repeated.splitlines()[-2:]

    kiosk = scene.kiosk(WITHDRAW)
    kiosk.until("OutOfService", reason="machine_fault")
    opened_by_two(scene)
    kiosk.until("Welcome")
    kiosk.go()
    kiosk.until("Success")
    scene.finish(kiosk)

    signed = [row["signed"] for row in scene.peek() if row.get("signed")]
    assert signed[0]["seq"] == seq + 1
    # What was held by the journal that is gone: a case for exactly that sum.
    assert scene.bank.query(
        "select kind, amount_minor from cases where terminal = %s", scene.terminal
    ) == [("unknown_hold", REQ)]
    assert scene.bank.balance(scene.account) == (scene.opening - 2 * REQ, REQ)
    alarms = "select kind from alarms where terminal = %s"
    assert set(scene.bank.query(alarms, scene.terminal)) == {("fork",)}
    verified = subprocess.run(
        [sys.executable, "main.py", "bank", "verify", "--data", str(scene.bank.data)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # Rows of other tests make accounts and money behind the bank's back: nothing of ours.
    assert scene.terminal not in verified.stdout, verified.stdout


@pytest.mark.slow
def test_an_old_copy_is_found_out(scene: Scene) -> None:
    scene.withdraw()
    shutil.copytree(scene.journal_folder, scene.folder / "copy")
    scene.withdraw()
    shutil.rmtree(scene.journal_folder)
    shutil.copytree(scene.folder / "copy", scene.journal_folder)
    kiosk = scene.kiosk(WITHDRAW)
    kiosk.until("OutOfService", reason="machine_fault")
    eventually(lambda: "an old copy" in kiosk.said(), lambda: f"words: {kiosk.said()}")
    alarms = "select detail like 'older:%%' from alarms where terminal = %s and kind = 'fork'"
    eventually(lambda: scene.bank.query(alarms, scene.terminal) == [(True,)], "the fork alarm")
    kiosk.kill()
    status, said = begin(scene)
    assert (status, "To the bank this journal is older." in said) == (0, True), said
    opened_by_two(scene)
    scene.withdraw()
    assert scene.words()[-1] == "DONE"


@pytest.mark.slow
def test_a_damaged_journal_begins_anew(scene: Scene) -> None:
    scene.withdraw()
    log = max(scene.journal_folder.glob("*.log"))
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([lines[0], b"x" + lines[1][1:], *lines[2:]]))
    status, said = begin(scene)
    assert (status, "is damaged" in said) == (0, True), said
    kept = scene.journal_folder / "quarantine-0001" / log.name
    assert kept.read_bytes().splitlines()[1].startswith(b"x")
    opened_by_two(scene)
    scene.withdraw()
    assert scene.words()[-1] == "DONE"


def test_a_dead_machines_advices_come_in_by_hand(scene: Scene) -> None:
    """Its cash was taken, and it never starts again: no bank has heard of it yet."""
    scene.withdraw("S12")
    file = scene.folder / "advices"
    words = ["journal", "export", "--data", str(scene.folder), "--out", str(file)]
    out = scene.folder / "export.out"
    assert scene.zygote.start(words, {}, out, out.with_suffix(".err")).wait() == 0
    assert file.read_text().split() == [scene.signed("confirm").decode()]
    at_the_bank = ("--data", str(scene.bank.data), "--config", str(scene.bank.config))
    imported = subprocess.run(
        [sys.executable, "main.py", "bank", "import-advices", str(file), *at_the_bank],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert scene.bank.balance(scene.account) == (scene.opening - REQ, 0)
    # It did start again after all: the same bytes, and the same answer.
    scene.reboot()
    assert scene.words()[-1] == "DONE"
    assert scene.bank.balance(scene.account) == (scene.opening - REQ, 0)
