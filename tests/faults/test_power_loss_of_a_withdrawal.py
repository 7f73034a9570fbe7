"""W-K00 to W-K17: the kiosk dies by SIGKILL at a point of a withdrawal, and starts again."""

import pytest

from tests.faults.scene import REQ, Scene, eventually


def reversed_for_good(evidence) -> None:
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (0, 0, "REVERSED")


def paid_once(evidence) -> None:
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (REQ, REQ, "DONE")


def in_doubt(evidence) -> None:
    assert (evidence["net"], evidence["case"], evidence["j"]) == (REQ, REQ, "SUSPENDED")


def test_w_k00(scene: Scene):
    scene.withdraw("S0")
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (0, 0, "NONE")


@pytest.mark.parametrize(
    ("row", "point"),
    [("W-K01", "S1"), ("W-K02", "S2"), ("W-K04", "S5"), ("W-K05", "S6"), ("W-K06", "S7")],
)
def test_before_any_note_moved(scene: Scene, row, point):
    scene.withdraw(point)
    scene.reboot()
    evidence = scene.check()
    reversed_for_good(evidence)
    assert evidence["cmds"] == 0
    assert "REVERSAL_PENDING" in evidence["words"]


def test_w_k03_the_reply_is_on_the_wire(scene: Scene):
    """The bank has committed, a proxy swallows the reply, then the power goes."""
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    for proxy in scene.bank.proxies.values():
        proxy.hold_replies.set()
    kiosk.go_on()
    eventually(lambda: scene.net == REQ, "the hold is made")
    kiosk.process.kill()
    kiosk.end()
    for proxy in scene.bank.proxies.values():
        proxy.hold_replies.clear()
        proxy.drop()
    scene.reboot()
    reversed_for_good(scene.check())


def test_w_k06p_right_after_another_customers_withdrawal(scene: Scene):
    scene.withdraw()
    assert scene.words()[-1] == "DONE"
    scene.forget()
    scene.withdraw("S7")
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (0, REQ, "REVERSED")
    assert evidence["cmds"] == 1


def test_w_k06u_the_device_cannot_tell(scene: Scene):
    scene.withdraw("S7")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    evidence = scene.check()
    in_doubt(evidence)
    assert (evidence["taken"], evidence["cmds"]) == (0, 0)


@pytest.mark.parametrize(("row", "point"), [("W-K07", "S8"), ("W-K08", "S9")])
def test_notes_not_presented_are_rejected(scene: Scene, row, point):
    scene.withdraw(point)
    scene.reboot()
    evidence = scene.check()
    reversed_for_good(evidence)
    assert evidence["rej"] == REQ


def test_w_k07u_in_transport_and_the_device_cannot_tell(scene: Scene):
    scene.withdraw("S8")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    in_doubt(scene.check())


def test_w_k09_still_in_the_tray(scene: Scene):
    scene.hands.set_auto_customer(False)
    scene.withdraw("S10")
    scene.reboot()
    evidence = scene.check()
    reversed_for_good(evidence)
    assert evidence["retr"] == REQ


def test_w_k09t_taken_before_the_reboot(scene: Scene):
    scene.hands.set_auto_customer(False)
    scene.hands.set_fault("walkaway_takes")
    scene.withdraw("S10")
    eventually(lambda: scene.device_totals["taken"] == REQ, "the customer takes the notes")
    scene.reboot()
    paid_once(scene.check())


def test_w_k09u_presented_and_the_device_cannot_tell(scene: Scene):
    scene.hands.set_auto_customer(False)
    scene.withdraw("S10")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    in_doubt(scene.check())


@pytest.mark.parametrize(
    ("row", "point"), [("W-K10", "S11"), ("W-K11", "S12"), ("W-K12", "S13"), ("W-K13", "S14")]
)
def test_the_cash_is_taken(scene: Scene, row, point):
    scene.withdraw(point)
    scene.reboot()
    evidence = scene.check()
    paid_once(evidence)
    assert scene.entries == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "points"),
    [("W-K14", "S5,S15"), ("W-K15", "S5,S17"), ("W-K16", "S6,S15,S17,S17")],
)
def test_power_losses_in_recovery(scene: Scene, row, points):
    scene.withdraw(points)
    for _ in points.split(",")[1:]:
        scene.reboot(points)
    scene.reboot()
    reversed_for_good(scene.check())
    reversals = scene.bank.query(
        "select count(*) from requests where terminal = %s and kind = 'reversal'", scene.terminal
    )
    assert reversals == [(1,)]


@pytest.mark.slow
def test_w_k17_suspended_and_the_bank_not_told(scene: Scene):
    scene.hands.set_fault("jam_unknown")
    scene.withdraw("S16")
    scene.reboot()
    in_doubt(scene.check())
