"""W-D01 to W-D10: the dispenser fails in the middle of a withdrawal."""

from tests.faults.evidence import judge
from tests.faults.scene import LOGIN, REQ, WITHDRAW, Scene


def fails(scene: Scene, row, fault: str) -> dict:
    scene.configure(take_s=1)
    scene.hands.set_fault(fault)
    scene.withdraw()
    return judge(scene, row)


def test_w_d01(scene, row):
    assert fails(scene, row, "jam_nothing")["told"] == "refused"


def test_w_d02(scene, row):
    assert fails(scene, row, "partial")["taken"] == 0


def test_w_d03(scene, row):
    fails(scene, row, "jam_unknown")


def test_w_d04(scene, row):
    assert fails(scene, row, "present_none")["rej"] == REQ


def test_w_d05(scene, row):
    assert fails(scene, row, "present_unknown")["told"] == "call_bank"


def test_w_d06(scene, row):
    assert fails(scene, row, "present_unknown_inside")["told"] == "call_bank"


def test_w_d07(scene, row):
    fails(scene, row, "not_taken")


def test_w_d08(scene, row):
    evidence = fails(scene, row, "took_some")
    assert 0 < evidence["taken"] < REQ


def test_w_d09(scene, row):
    """The cassette with the small notes is empty: 40 cannot be paid, and the bank is not asked."""
    for denomination in (1000, 2000):
        scene.hands.load(denomination, 0)
    kiosk = scene.kiosk(LOGIN + "amount 40\nexpect Withdraw problem=amount_not_payable\n")
    assert kiosk.wait_over("the script's end") == 0, kiosk.screens
    judge(scene, row)


def test_w_d10(scene, row):
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk(WITHDRAW.replace("finish\n", ""))
    kiosk.go()
    kiosk.until("TakeCash")
    scene.device.kill()
    failure = kiosk.until("Failure")
    assert failure["money"] == "in_doubt"
    assert failure["reference"]
    scene.device.start()
    scene.hands = scene.device.hands
    scene.finish(kiosk)
    judge(scene, row)
