"""W-S01 to W-S03 and W-S08 to W-S10: bank servers killed and frozen, refusals lost."""

from tests.faults.evidence import judge
from tests.faults.running import eventually
from tests.faults.scene import REQ, Scene
from tests.faults.test_network import paid

FAILOVER_S = 10.0
"""The longest a customer may wait when one of two servers fails."""


def test_w_s01(scene, row):
    kiosk = scene.paused()
    scene.bank.kill("A")
    try:
        kiosk.go()
        kiosk.until("Success", patience_s=FAILOVER_S)
        paid(scene, row, kiosk)
    finally:
        scene.bank.serve("A")


def test_w_s02(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order("A")
    kiosk.go()
    scene.until_held()
    scene.bank.kill("A")
    try:
        scene.bank.heal()
        paid(scene, row, kiosk)
    finally:
        scene.bank.serve("A")


def test_w_s03(scene, row):
    # Two servers take some seconds to start where everything runs on two cores.
    scene.configure(authorise_s=28, advice_s=2)
    kiosk = scene.paused()
    scene.bank.kill()
    kiosk.go()
    scene.bank.serve_both(urgent=True)
    paid(scene, row, kiosk)


def test_w_s08(scene, row):
    kiosk = scene.paused()
    scene.bank.freeze("A")
    try:
        kiosk.go()
        kiosk.until("Success", patience_s=FAILOVER_S)
    finally:
        # What lies in the frozen server's sockets is decided now, under the same uid.
        scene.bank.thaw("A")
    paid(scene, row, kiosk)


def test_w_s09(scene, row):
    scene.account = scene.bank.new_account(REQ - 1)
    scene.opening = REQ - 1
    scene.withdraw()
    assert judge(scene, row)["cmds"] == 0


def test_w_s10(scene: Scene, row):
    """The refusal's reply is lost, money comes in, and the same bytes are asked again."""
    scene.account = scene.bank.new_account(REQ - 1)
    scene.opening = REQ - 1
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    scene.until_word("INTENT")
    uid = scene.peek()[-1]["tx"]
    eventually(lambda: scene.outcome(uid) == ("refused", "insufficient_funds"), "the refusal")
    scene.bank.fund(scene.account, 2 * REQ)
    scene.opening += 2 * REQ
    scene.bank.heal()
    assert kiosk.until("Failure")["problem"] == "insufficient_funds"
    scene.finish(kiosk)
    judge(scene, row)
