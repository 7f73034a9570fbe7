"""W-K00 to W-K17: the kiosk dies by SIGKILL at a point of a withdrawal, and starts again."""

import pytest

from tests.faults.evidence import gather, judge
from tests.faults.running import eventually
from tests.faults.scene import REQ, WITHDRAW, Scene


def dies_and_reboots(scene: Scene, row, *points: str) -> dict:
    scene.withdraw(",".join(points))
    for _ in points[1:]:
        scene.reboot(",".join(points))
    scene.reboot()
    return judge(scene, row)


def the_only_entry(scene: Scene) -> None:
    assert scene.bank.statement(scene.account)[:-1] == [-REQ]


def test_w_k00(scene, row):
    dies_and_reboots(scene, row, "S0")


def test_w_k01(scene, row):
    assert dies_and_reboots(scene, row, "S1")["cmds"] == 0


def test_w_k02(scene, row):
    assert dies_and_reboots(scene, row, "S2")["cmds"] == 0


def test_w_k03(scene, row):
    """The bank has committed, a proxy swallows the reply, then the power goes."""
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    scene.until_held()
    kiosk.kill()
    scene.bank.heal()
    scene.reboot()
    judge(scene, row)


def test_w_k04(scene, row):
    assert dies_and_reboots(scene, row, "S5")["cmds"] == 0


def test_w_k05(scene, row):
    assert dies_and_reboots(scene, row, "S6")["cmds"] == 0


def test_w_k06(scene, row):
    dies_and_reboots(scene, row, "S7")
    assert scene.words()[-2:] == ["REVERSAL_PENDING", "REVERSED"]


def test_w_k06p(scene, row):
    scene.withdraw()
    assert scene.words()[-1] == "DONE"
    scene.forget()
    dies_and_reboots(scene, row, "S7")


def test_w_k06u(scene, row):
    scene.withdraw("S7")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    judge(scene, row)


def test_w_k07(scene, row):
    dies_and_reboots(scene, row, "S8")


def test_w_k07u(scene, row):
    scene.withdraw("S8")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    judge(scene, row)


def test_w_k08(scene, row):
    assert dies_and_reboots(scene, row, "S9")["rej"] == REQ


def test_w_k09(scene, row):
    scene.hands.set_auto_customer(False)
    dies_and_reboots(scene, row, "S10")


def test_w_k09t(scene, row):
    scene.hands.set_auto_customer(False)
    scene.hands.set_fault("walkaway_takes")
    scene.withdraw("S10")
    eventually(lambda: scene.hands.facts()["totals"]["taken"] == REQ, "the notes are taken")
    scene.reboot()
    judge(scene, row)


def test_w_k09u(scene, row):
    scene.hands.set_auto_customer(False)
    scene.withdraw("S10")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    judge(scene, row)


def test_w_k10(scene, row):
    dies_and_reboots(scene, row, "S11")
    the_only_entry(scene)


def test_w_k11(scene, row):
    dies_and_reboots(scene, row, "S12")
    the_only_entry(scene)


def test_w_k12(scene, row):
    dies_and_reboots(scene, row, "S13")
    the_only_entry(scene)


def test_w_k13(scene, row):
    dies_and_reboots(scene, row, "S14")
    the_only_entry(scene)


def test_w_k14(scene, row):
    dies_and_reboots(scene, row, "S5", "S15")
    assert scene.reversals() == 1


def test_w_k15(scene, row):
    dies_and_reboots(scene, row, "S5", "S17")
    assert scene.reversals() == 1


def test_w_k16(scene, row):
    dies_and_reboots(scene, row, "S6", "S15", "S17", "S17")
    assert scene.reversals() == 1


def test_w_k17(scene, row):
    scene.hands.set_fault("jam_unknown")
    dies_and_reboots(scene, row, "S16")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", ["S7", "S8", "S9"])
def test_a_customer_who_comes_before_recovery_has_ended(scene: Scene, point: str):
    """Notes of the last one are still inside: the next sees nothing of it, and gets own notes."""
    scene.withdraw(point)
    scene.restart_device(motion_s=1.0)
    scene.hands.set_auto_customer(True)
    kiosk = scene.kiosk(WITHDRAW)
    kiosk.go()
    kiosk.until("Success", amount_minor=REQ)
    scene.finish(kiosk)
    names = [screen["screen"] for screen in kiosk.screens]
    assert set(names[: names.index("EnterNumber")]) <= {"Wait", "Welcome"}
    records = [(row["word"], row["tx"]) for row in scene.peek() if row.get("tx")]
    first, second = dict.fromkeys(tx for _, tx in records)
    assert records.index(("REVERSAL_PENDING", first)) < records.index(("INTENT", second))
    assert (scene.words(0)[-1], scene.words(1)[-1]) == ("REVERSED", "DONE")
    evidence = gather(scene)
    assert (evidence["net"], evidence["taken"]) == (REQ, REQ)
