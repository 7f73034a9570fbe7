"""T-01 to T-04: transfers over failing servers, lost power, nonsense, and what a session leaves."""

import json
import time

from protocol.ids import new_uid
from tests.faults.evidence import judge
from tests.faults.running import eventually
from tests.faults.scene import END, LOGIN, REQ, TRANSFER, USER, Scene
from tests.faults.test_network import post_to_both
from tests.faults.wire import Terminal


def ends(scene: Scene, row, kiosk, began: float) -> None:
    kiosk.until("Success", "Failure")
    seconds = time.monotonic() - began
    scene.finish(kiosk)
    judge(scene, row, moved=scene.moved(), seconds=seconds)


def test_t_01_killed_before_it_commits(scene, row):
    kiosk = scene.paused(TRANSFER)
    scene.bank.kill("A")
    try:
        kiosk.go()
        ends(scene, row, kiosk, time.monotonic())
        assert scene.moved() == REQ
    finally:
        scene.bank.serve("A")


def test_t_01_killed_after_it_committed(scene, row):
    kiosk = scene.paused(TRANSFER)
    began = time.monotonic()
    scene.bank.hold_replies_from_order("A")
    kiosk.go()
    eventually(lambda: scene.moved() == REQ, "the bank has moved the money")
    scene.bank.kill("A")
    try:
        scene.bank.heal()
        ends(scene, row, kiosk, began)
    finally:
        scene.bank.serve("A")


def test_t_01_delivered_twice(scene, row):
    kiosk = scene.paused(TRANSFER)
    began = time.monotonic()
    kiosk.go()
    ends(scene, row, kiosk, began)
    assert len(post_to_both(scene, scene.signed("transfer"), 6)) == 1
    assert scene.moved() == REQ


def test_t_01_all_replies_lost(scene, row):
    """Never asked again with its own uid: settled, and the bank says what it did."""
    kiosk = scene.paused(TRANSFER)
    began = time.monotonic()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    failure = kiosk.until("Failure")
    assert time.monotonic() - began < 30
    assert failure["reference"]
    scene.bank.heal()
    ends(scene, row, kiosk, time.monotonic())
    assert scene.moved() == REQ


def test_t_02_the_bank_has_done_it(scene, row):
    kiosk = scene.paused(TRANSFER, "S5")
    kiosk.go()
    assert kiosk.killed()
    assert scene.words() == ["INTENT"]
    scene.reboot()
    judge(scene, row, moved=scene.moved(), executed_later=0)
    assert scene.moved() == REQ


def test_t_02_the_bank_has_not_seen_it(scene, row):
    """At the restart it is forbidden; then the original arrives, late, at both servers."""
    kiosk = scene.paused(TRANSFER, "S1")
    kiosk.go()
    assert kiosk.killed()
    scene.reboot()
    moved = scene.moved()
    [answer] = post_to_both(scene, scene.signed("transfer"), 2)
    assert json.loads(answer)["reason"] == "tombstoned"
    judge(scene, row, moved=moved, executed_later=scene.moved() - moved)
    assert moved == 0


def test_t_03(scene, row):
    terminal = Terminal(scene)
    closed = scene.bank.new_payee(0)
    assert scene.bank.query("select ledger_close_account(%s)", closed) == [("done",)]
    bad = {"amount_minor": REQ, "target": scene.payee}
    wishes = [bad | {"amount_minor": amount} for amount in ("0", "-1", "0.1", "1e30", "NaN", 2**63)]
    wishes += [bad | {"amount_minor": amount} for amount in (0, -1, 0.1, 1e30)]
    wishes += [bad | {"target": scene.account}, bad | {"target": "0000000000"}]
    wishes += [bad | {"target": closed}]
    refused = 0
    for wish in wishes:
        answer = terminal.transfer(uid=new_uid(time.time_ns() // 1_000_000), **wish)
        body = json.loads(answer.content)
        refused += answer.status_code in (400, 422) or body.get("outcome") == "refused"
    judge(scene, row, moved=scene.moved(), refused=refused, asked=len(wishes))


def test_t_04(scene, row):
    """The power goes at the PIN after a wrong try, and again at the menu."""
    kiosk = scene.kiosk(f"number {USER}\npin 000000\n" + END)
    kiosk.until("EnterPin", problem="pin_wrong_by_number")
    kiosk.kill()
    before = scene.bank.tries()
    scene.reboot()
    after = scene.bank.tries()
    kiosk = scene.kiosk(LOGIN + END)
    kiosk.until("Menu")
    kiosk.kill()
    assert scene.bank.open_sessions(scene.terminal) == 1
    scene.reboot()
    sessions = scene.bank.open_sessions(scene.terminal)
    judge(scene, row, sessions=sessions, tries_left_before=before, tries_left_after=after)
