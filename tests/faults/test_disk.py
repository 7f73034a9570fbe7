"""W-X01 to W-X06, D-X01 and D-X02: the journal's disk is full, or fails.

The disk is full for the journal's file alone, from an exact record on: strace lets its ``write``
fail with ENOSPC. A file system that is really full is in tests/kiosk/journal.
"""

from tests.faults.evidence import judge
from tests.faults.injection import injected
from tests.faults.running import Running
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
    scene.bank.hold_replies()
    kiosk.go()
    scene.until_held()
    with injected(kiosk.pid, "write", FULL, segment(scene)):
        scene.bank.heal()
        assert kiosk.until("Failure")["money"] == "release_follows"
    out_of_service(scene, kiosk)
    judge(scene, row)


def test_w_x03(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies()
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
