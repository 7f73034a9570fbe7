"""W-X13 to W-X15: two faults of a withdrawal at once."""

from tests.faults.evidence import judge
from tests.faults.scene import REQ, WITHDRAW
from tests.faults.test_network import the_original_arrives, the_original_is_late


def test_w_x13(scene, row):
    """A jam, both servers down, the power goes, and goes again in recovery."""
    scene.restart_device(motion_s=1.5)
    kiosk = scene.paused()
    scene.hands.set_fault("partial")
    kiosk.go()
    scene.until_place("transport")
    scene.bank.kill()
    try:
        scene.until_word("REVERSAL_PENDING")
        kiosk.kill()
    finally:
        scene.bank.serve_both()
    scene.reboot("S15")
    scene.reboot()
    judge(scene, row)
    assert scene.reversals() == 1


def test_w_x14(scene, row):
    """All replies are lost, and the power goes before the reversal is durable."""
    kiosk = scene.paused(WITHDRAW, "S5")
    scene.bank.hold_replies_from_order()
    kiosk.go()
    assert kiosk.killed()
    assert scene.words() == ["INTENT"]
    assert scene.bank.balance(scene.account)[1] == REQ
    scene.bank.heal()
    scene.reboot()
    judge(scene, row)


def test_w_x15(scene, row):
    """The original is late, and the power goes after its reversal was accepted."""
    kiosk = scene.paused(WITHDRAW, "S17")
    try:
        the_original_is_late(scene, kiosk)
        scene.bank.serve("B")
        assert kiosk.killed()
        scene.reboot()
        the_original_arrives(scene)
    finally:
        scene.bank.thaw("A")
    judge(scene, row)
