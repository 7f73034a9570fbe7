"""W-X07 and W-X08: the journal's tail is torn or flipped; the journal is gone, closed or in use."""

import pytest

from tests.faults.evidence import judge
from tests.faults.running import eventually
from tests.faults.scene import Scene


def cut(data: bytes) -> bytes:
    return data[:-7]


def flip(data: bytes) -> bytes:
    """One bit of the last record."""
    at = len(data) - 40
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("damage", [cut, flip])
@pytest.mark.parametrize("point", ["S5", "S6", "S7", "S9"])
def test_w_x07(scene, row, point, damage):
    """At S5 the lost record is INTENT itself: the bank finds a hold that the kiosk doesn't know."""
    scene.withdraw(point)
    log = max(scene.journal_folder.glob("*.log"))
    log.write_bytes(damage(log.read_bytes()))
    scene.reboot()
    kept = len(list(scene.journal_folder.glob("torn-*.bin")))
    evidence = judge(scene, row, quarantined=kept)
    assert evidence["j"] == ("NONE" if point == "S5" else "REVERSED")


def test_w_x07_in_the_middle(scene: Scene):
    """A record that is not the last: nothing is skipped, nothing is changed, nobody is served."""
    scene.withdraw()
    log = max(scene.journal_folder.glob("*.log"))
    data = log.read_bytes()
    lines = data.splitlines(keepends=True)
    lines[1] = flip(lines[1])
    log.write_bytes(b"".join(lines))
    kiosk = scene.kiosk()
    kiosk.until("OutOfService", reason="machine_fault")
    assert "is damaged" in kiosk.said()
    kiosk.kill()
    assert log.read_bytes() == b"".join(lines)


def gone(scene: Scene) -> tuple[str, ...]:
    scene.journal_folder.rename(scene.folder / "lost")
    return ()


def unreadable(scene: Scene) -> tuple[str, ...]:
    """As an ordinary user would be refused: root may read anything but for two capabilities."""
    max(scene.journal_folder.glob("*.log")).chmod(0)
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def in_use(scene: Scene) -> tuple[str, ...]:
    first = scene.kiosk()
    first.until("Welcome")
    return ()


def forks(scene: Scene) -> bool:
    """Whether the bank has raised the fork alarm of this machine."""
    alarms = "select count(*) from alarms where kind = 'fork' and terminal = %s"
    return scene.bank.query(alarms, scene.terminal) == [(1,)]


@pytest.mark.parametrize(
    ("how", "said"), [(gone, "new chain"), (unreadable, "can't be read"), (in_use, "Another kiosk")]
)
def test_w_x08(scene, row, how, said):
    scene.withdraw()
    scene.forget()
    before = len(scene.outcomes())
    kiosk = scene.kiosk(under=how(scene))
    assert kiosk.until("OutOfService")["reason"] == "machine_fault"
    eventually(lambda: said in kiosk.said(), lambda: f"words for an operator: {kiosk.said()}")
    assert len(scene.outcomes()) == before
    # A journal that begins anew is told to the bank too; an unusable one tells nothing.
    eventually(lambda: forks(scene) == (how is gone), lambda: f"alarms: {kiosk.said()}")
    fork_told = forks(scene) == (how is gone)
    judge(scene, row, operator_told=said in kiosk.said(), fork_told=fork_told)
