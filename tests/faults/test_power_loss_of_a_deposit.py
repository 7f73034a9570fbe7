"""D-K00 to D-K08, D-D01 and D-D02: the kiosk dies at a point of a deposit, and starts again."""

import pytest

from tests.faults.scene import REQ, Scene


@pytest.mark.slow
def test_d_k00(scene: Scene):
    scene.deposit("D0")
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["given"], evidence["j"]) == (0, 0, "NONE")


@pytest.mark.parametrize(
    ("row", "point"),
    [
        pytest.param("D-K01", "D1", marks=pytest.mark.slow),
        pytest.param("D-K02", "D2", marks=pytest.mark.slow),
        ("D-K03", "D3"),
    ],
)
def test_notes_in_escrow_are_kept_with_a_case(scene: Scene, row, point):
    scene.deposit(point)
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["case"], evidence["j"]) == (0, REQ, "SUSPENDED")
    assert (evidence["cmds"], evidence["retr"]) == (0, REQ)


@pytest.mark.parametrize(
    ("row", "point"),
    [
        ("D-K04", "D6"),
        pytest.param("D-K05", "D7", marks=pytest.mark.slow),
        pytest.param("D-K06", "D8", marks=pytest.mark.slow),
        pytest.param("D-K07", "S17", marks=pytest.mark.slow),
        ("D-K08", "S4"),
    ],
)
def test_stored_notes_are_credited_once(scene: Scene, row, point):
    scene.deposit(point)
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["given"], evidence["j"]) == (-REQ, REQ, "DONE")
    assert scene.entries == 1


@pytest.mark.slow
def test_d_k04u_the_device_cannot_tell(scene: Scene):
    scene.deposit("D6")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    evidence = scene.check()
    assert (evidence["net"], evidence["case"], evidence["j"]) == (0, REQ, "SUSPENDED")


@pytest.mark.slow
def test_d_d01_the_customer_gives_up(scene: Scene):
    scene.deposit(act="return")
    evidence = scene.check()
    assert (evidence["net"], evidence["ret"], evidence["j"]) == (0, REQ, "RETURNED")


@pytest.mark.slow
def test_d_d02_a_jam_while_storing(scene: Scene):
    scene.hands.set_fault("store_jam")
    scene.deposit()
    evidence = scene.check()
    assert (evidence["net"], evidence["case"], evidence["j"]) == (0, REQ, "SUSPENDED")
