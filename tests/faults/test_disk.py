"""W-X01 to W-X06, D-X01 and D-X02: the journal's disk is full, or fails. Or it is read-only.

The disk is full for the journal's file alone, from an exact record on: strace lets its ``write``
fail with ENOSPC. A file system that is really full is in tests/kiosk/journal.
"""

import shutil

import pytest

from tests.faults.evidence import gather, judge
from tests.faults.injection import injected
from tests.faults.running import Running, eventually
from tests.faults.scene import DEPOSIT, REQ, WITHDRAW, Scene

FULL = "error=ENOSPC:when=1+"
FULL_AFTER_ONE = "error=ENOSPC:when=2+"


def segment(scene: Scene):
    return max(scene.journal_folder.glob("*.log"))


def out_of_service(scene: Scene, kiosk: Running) -> None:
    """The machine serves nobody any more; space is back, and it is started again."""
    kiosk.go("end")
    kiosk.wait_over("the script's end")
    scene.reboot()


def test_w_x01(scene, row):
    kiosk = scene.paused()
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        kiosk.go()
        assert kiosk.until("Failure")["money"] == "untouched"
    kiosk.go("end")
    kiosk.wait_over("the script's end")
    judge(scene, row)
    assert scene.outcomes() == []


def test_w_x02(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    scene.until_held()
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        scene.bank.heal()
        assert kiosk.until("Failure")["money"] == "release_follows"
    out_of_service(scene, kiosk)
    judge(scene, row)


def test_w_x03(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    scene.until_held()
    with injected(kiosk.pid, "write", FULL_AFTER_ONE, segment(scene)):
        scene.bank.heal()
        assert kiosk.until("Failure")["money"] == "release_follows"
    assert scene.words() == ["INTENT", "AUTHORISED"]
    out_of_service(scene, kiosk)
    judge(scene, row)


def test_w_x04(scene, row):
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk(WITHDRAW.replace("finish\n", ""))
    kiosk.go()
    kiosk.until("TakeCash")
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        scene.hands.take()
        assert kiosk.until("Success", "Failure")["screen"] == "Success"
    assert scene.words()[-1] == "DISPENSING"
    out_of_service(scene, kiosk)
    judge(scene, row)


def test_w_x05(scene, row):
    scene.restart_device(motion_s=1.5)
    kiosk = scene.paused()
    scene.hands.set_fault("partial")
    kiosk.go()
    scene.until_place("transport")
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        assert kiosk.until("Failure")["money"] in ("in_doubt", "release_follows")
    assert scene.words()[-1] == "DISPENSING"
    out_of_service(scene, kiosk)
    judge(scene, row)
    assert scene.reversals() == 1


def test_w_x06(scene, row):
    """After an fsync that failed the file is left alone, even when fsync works again."""
    script = WITHDRAW.replace("await {folder}/end\n", "confirm\nlogout\nexpect OutOfService\n")
    kiosk = scene.kiosk(script)
    kiosk.until("Withdraw", typed="40", left_today_minor=...)
    with injected(kiosk.pid, "fsync", "error=EIO"):
        kiosk.go()
        assert kiosk.until("Failure")["money"] == "untouched"
    size = segment(scene).stat().st_size
    assert kiosk.wait_over("the script's end") == 0, kiosk.screens[-2:]
    written = segment(scene).stat().st_size - size
    assert scene.outcomes() == []
    scene.reboot()
    judge(scene, row, told="refused", written_after=written)


def test_d_x01(scene, row):
    kiosk = scene.paused(DEPOSIT)
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        kiosk.go()
        assert kiosk.until("Failure")["money"] in ("notes_returned", "in_doubt")
    out_of_service(scene, kiosk)
    judge(scene, row)


def test_d_x02(scene, row):
    kiosk = scene.paused(DEPOSIT)
    with injected(kiosk.pid, "write", FULL_AFTER_ONE, segment(scene)):
        kiosk.go()
        shown = kiosk.until("Success", "Failure")
    assert scene.words()[-1] == "STORING"
    assert shown["screen"] == "Failure"
    out_of_service(scene, kiosk)
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [REQ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_disk_that_becomes_read_only_while_a_customer_is_there(scene):
    """As a kernel does that has met errors: nothing is sent, nothing is paid, nobody is served."""
    kiosk = scene.paused()
    with injected(kiosk.pid, "write", "error=EROFS:when=1+", segment(scene)):
        kiosk.go()
        assert kiosk.until("Failure")["money"] == "untouched"
    out_of_service(scene, kiosk)
    evidence = gather(scene)
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (0, 0, "NONE")
    assert scene.outcomes() == []


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("unshare") is None, reason="missing: unshare")
@pytest.mark.parametrize("life", ["first", "second"])
def test_a_disk_that_is_read_only_at_the_start(scene, life):
    """In a mount namespace of the kiosk's own, with all that it keeps on a read-only mount."""
    scene.journal_folder.parent.mkdir(exist_ok=True)
    if life == "second":
        scene.withdraw()
        scene.forget()
    there = str(scene.journal_folder.parent)
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    kiosk = scene.kiosk(under=("unshare", "--mount", "sh", "-c", mount, there))
    assert kiosk.until("OutOfService")["reason"] == "machine_fault"
    eventually(lambda: "read-only" in kiosk.said().lower(), kiosk.said)
    assert kiosk.screens[-1]["screen"] == "OutOfService"
    kiosk.kill()
    scene.reboot()
    assert gather(scene)["j"] == "NONE"
