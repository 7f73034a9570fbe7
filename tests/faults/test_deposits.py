"""D-N01 to D-N03 and D-D03: credits lost, doubled and refused; a note that is suspect.

Beyond the matrix: notes that nobody has counted.
"""

import pytest

from tests.faults.evidence import gather, judge
from tests.faults.running import eventually
from tests.faults.scene import DEPOSIT, REQ
from tests.faults.test_network import post_to_both


def test_d_n01(scene, row):
    kiosk = scene.paused(DEPOSIT)
    scene.bank.hold_replies_from_order()
    kiosk.go()
    shown = kiosk.until("Success", "Failure")
    assert shown["money"] == "credit_follows"
    assert shown["reference"]
    scene.bank.heal()
    scene.finish(kiosk)
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [REQ]


def test_d_n02(scene, row):
    scene.deposit()
    assert len(post_to_both(scene, scene.signed("credit"), 10)) == 1
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [REQ]


def test_d_n03(scene, row):
    scene.account = scene.bank.new_account(0)
    scene.opening = 0
    kiosk = scene.paused(DEPOSIT)
    assert scene.bank.query("select ledger_close_account(%s)", scene.account) == [("done",)]
    kiosk.go()
    assert kiosk.until("Failure")["money"] == "in_doubt"
    scene.finish(kiosk)
    judge(scene, row)


def test_d_d03(scene, row):
    """Three twenties are put in, one of them suspect: two are shown, confirmed and credited."""
    scene.hands.set_fault("suspect_note")
    kiosk = scene.paused(DEPOSIT.replace("20x2", "20x3"))
    assert kiosk.until("DepositReview")["total_minor"] == REQ
    kiosk.go()
    kiosk.until("Success", amount_minor=REQ)
    scene.finish(kiosk)
    eventually(scene.is_settled, "settled")
    judge(scene, row, counted=REQ)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_notes_that_nobody_can_count(scene):
    """The power goes before the count is durable, and the device does not know what is in it."""
    scene.deposit("D1")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    evidence = gather(scene)
    assert (evidence["j"], evidence["net"], evidence["case"]) == ("SUSPENDED", 0, 0)
    assert evidence["unknown"] == 1
