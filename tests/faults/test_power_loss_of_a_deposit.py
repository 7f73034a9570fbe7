"""D-K00 to D-K08, D-D01 and D-D02: the kiosk dies at a point of a deposit, and starts again."""

from tests.faults.evidence import judge
from tests.faults.scene import GIVE_BACK, OPEN_SLOT, REQ, Scene


def dies_and_reboots(scene: Scene, row, point: str) -> dict:
    scene.deposit(point)
    scene.reboot()
    return judge(scene, row)


def kept_with_a_case(scene: Scene, row, point: str) -> None:
    evidence = dies_and_reboots(scene, row, point)
    assert (evidence["cmds"], evidence["retr"]) == (0, REQ)


def credited_once(scene: Scene, row, point: str) -> None:
    dies_and_reboots(scene, row, point)
    assert scene.bank.statement(scene.account)[:-1] == [REQ]


def test_d_k00(scene, row):
    scene.deposit("D0", OPEN_SLOT)
    scene.reboot()
    judge(scene, row)


def test_d_k01(scene, row):
    kept_with_a_case(scene, row, "D1")


def test_d_k02(scene, row):
    kept_with_a_case(scene, row, "D2")


def test_d_k03(scene, row):
    kept_with_a_case(scene, row, "D3")


def test_d_k04(scene, row):
    credited_once(scene, row, "D6")


def test_d_k04u(scene, row):
    scene.deposit("D6")
    scene.hands.set_sensor_unknown(True)
    scene.reboot()
    judge(scene, row)


def test_d_k05(scene, row):
    credited_once(scene, row, "D7")


def test_d_k06(scene, row):
    credited_once(scene, row, "D8")


def test_d_k07(scene, row):
    credited_once(scene, row, "S17")


def test_d_k08(scene, row):
    credited_once(scene, row, "S4")


def test_d_d01(scene, row):
    scene.deposit(script=GIVE_BACK)
    judge(scene, row)


def test_d_d02(scene, row):
    scene.hands.set_fault("store_jam")
    scene.deposit()
    judge(scene, row)
