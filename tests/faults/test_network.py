"""W-N01 to W-N09: requests and replies of a withdrawal lost, late, twice, or for hours."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.faults.evidence import judge
from tests.faults.running import eventually
from tests.faults.scene import REQ, WITHDRAW, Scene

BUSY = 409


def paid(scene: Scene, row, kiosk) -> None:
    assert kiosk.until("Success", "Failure")["screen"] == "Success"
    scene.finish(kiosk)
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [-REQ]


def post(scene: Scene, server: str, jws: bytes) -> bytes:
    """Send signed bytes to a server as the terminal would; return the answer's bytes."""
    place = scene.folder / "terminals" / scene.terminal
    deadline = time.monotonic() + 10
    while True:
        answer = requests.post(
            f"https://127.0.0.1:{scene.bank.servers[server].port}/v1/movements",
            data=json.dumps({"jws": jws.decode()}),
            headers={"Content-Type": "application/json"},
            cert=(str(place / "cert.pem"), str(place / "key.pem")),
            verify=str(scene.folder / "bank" / "trust.pem"),
            timeout=10,
        )
        if answer.status_code != BUSY or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert answer.status_code == 200, answer.text
    return answer.content


def post_to_both(scene: Scene, jws: bytes, times: int) -> set[bytes]:
    """Send the same bytes to both servers at once, several times; return the different answers."""
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(post, scene, "AB"[n % 2], jws) for n in range(times)]
        return {each.result() for each in sent}


def test_w_n01(scene, row):
    kiosk = scene.paused()
    lost = threading.Event()
    proxy = scene.bank.proxies["A"]

    def lose() -> None:
        proxy.drop()
        lost.set()

    scene.bank.at_order(1, lose)
    kiosk.go()
    paid(scene, row, kiosk)
    assert lost.is_set()


def test_w_n02(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order("A")
    kiosk.go()
    scene.until_held()
    scene.bank.heal()
    paid(scene, row, kiosk)


def test_w_n03(scene, row):
    kiosk = scene.paused()
    scene.bank.hold_replies_from_order()
    kiosk.go()
    failure = kiosk.until("Failure")
    assert failure["money"] == "release_follows"
    assert failure["reference"]
    scene.bank.heal()
    scene.finish(kiosk)
    judge(scene, row)


def test_w_n04(scene, row):
    kiosk = scene.paused()
    scene.bank.freeze()
    try:
        for proxy in scene.bank.proxies.values():
            proxy.drop()
        kiosk.go()
        assert kiosk.until("Failure")["money"] == "release_follows"
    finally:
        scene.bank.thaw()
    scene.finish(kiosk)
    judge(scene, row)


def the_original_is_late(scene: Scene, kiosk) -> None:
    """One server is frozen with the request in its sockets, the other one dies; it comes back and
    hears the reversal, and only then the frozen one goes on.
    """
    scene.bank.freeze("A")
    scene.bank.kill("B")
    kiosk.go()
    assert kiosk.until("Failure")["money"] == "release_follows"


def the_original_arrives(scene: Scene) -> None:
    scene.until_word("REVERSED")
    scene.bank.thaw("A")
    uid = scene.peek()[1]["tx"]
    eventually(lambda: scene.outcome(uid) == ("refused", "tombstoned"), "the original is refused")


def test_w_n05(scene, row):
    kiosk = scene.paused()
    try:
        the_original_is_late(scene, kiosk)
        scene.bank.serve("B")
        the_original_arrives(scene)
    finally:
        scene.bank.thaw("A")
    scene.finish(kiosk)
    judge(scene, row)


def test_w_n06(scene, row):
    """The bytes come again at both servers, before the notes are taken and after."""
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk(WITHDRAW.replace("finish\n", ""))
    kiosk.go()
    kiosk.until("TakeCash")
    asked = post_to_both(scene, scene.signed("authorise"), 6)
    scene.hands.take()
    kiosk.until("Success")
    scene.until_word("DONE")
    asked |= post_to_both(scene, scene.signed("authorise"), 6)
    assert len(asked) == 1
    paid(scene, row, kiosk)


def test_w_n07(scene, row):
    scene.hands.set_fault("jam_nothing")
    scene.withdraw()
    answers = post_to_both(scene, scene.signed("reversal"), 10)
    assert len(answers) == 1
    judge(scene, row)
    assert scene.reversals() == 1


def test_w_n08(scene, row):
    kiosk = scene.paused()
    scene.hands.set_fault("jam_nothing")
    scene.bank.at_order(2, scene.bank.hold_replies)
    kiosk.go()
    assert kiosk.until("Failure")["money"] == "release_follows"
    eventually(lambda: scene.reversals() == 1, "the bank has reversed")
    assert scene.words()[-1] == "REVERSAL_PENDING"
    scene.bank.heal()
    scene.finish(kiosk)
    judge(scene, row)


def test_w_n09(scene, row):
    """Both servers die while the notes are on their way, and the kiosk restarts meanwhile."""
    scene.restart_device(motion_s=1.5)
    scene.hands.set_auto_customer(True)
    kiosk = scene.paused()
    scene.hands.set_fault("partial")
    kiosk.go()
    scene.until_place("transport")
    scene.bank.kill()
    try:
        assert kiosk.until("Failure")["money"] == "release_follows"
        kiosk.kill()
        again = scene.kiosk()
        again.until("Welcome", problem="bank_away")
        again.kill()
        assert scene.words()[-1] == "REVERSAL_PENDING"
    finally:
        scene.bank.serve_both()
    scene.reboot()
    judge(scene, row)
