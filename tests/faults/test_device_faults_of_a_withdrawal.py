"""W-D01 to W-D08 and W-D10: the dispenser fails in the middle of a withdrawal."""

import pytest

from tests.faults.scene import REQ, Scene


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "fault", "facts"),
    [
        ("W-D01", "jam_nothing", {"net": 0, "taken": 0, "j": "REVERSED"}),
        ("W-D02", "partial", {"net": 0, "taken": 0, "j": "REVERSED"}),
        ("W-D03", "jam_unknown", {"net": REQ, "case": REQ, "j": "SUSPENDED"}),
        ("W-D04", "present_none", {"net": 0, "taken": 0, "rej": REQ, "j": "REVERSED"}),
        ("W-D05", "present_unknown", {"net": REQ, "case": REQ, "taken": REQ, "j": "SUSPENDED"}),
        ("W-D06", "present_unknown_inside", {"net": REQ, "case": REQ, "j": "SUSPENDED"}),
        ("W-D07", "not_taken", {"net": 0, "taken": 0, "retr": REQ, "j": "REVERSED"}),
        ("W-D08", "took_some", {"net": REQ, "case": REQ, "j": "SUSPENDED"}),
    ],
)
def test_a_fault_of_the_dispenser(scene: Scene, row, fault, facts):
    scene.hands.set_fault(fault)
    kiosk = scene.kiosk("withdraw", take_s=1.0)
    kiosk.end()
    evidence = scene.check()
    assert evidence | facts == evidence
    told = {"REVERSED": "untouched", "SUSPENDED": "in_doubt"}[evidence["j"]]
    assert (kiosk.result["ok"], kiosk.result["money"]) == (False, told)


@pytest.mark.slow
def test_w_d10_the_device_dies_in_the_middle_of_a_command(scene: Scene):
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk("withdraw")
    while "CashPresented" not in kiosk.until("progress")["progress"]:
        pass
    scene.device.kill()
    told = kiosk.until("money")
    assert told["money"] == "in_doubt"
    scene.device.start()
    scene.hands = scene.device.hands
    kiosk.end()
    evidence = scene.check()
    assert (evidence["net"], evidence["case"], evidence["j"]) == (REQ, REQ, "SUSPENDED")
