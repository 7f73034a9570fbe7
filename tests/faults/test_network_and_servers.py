"""W-N01 to W-N04, W-S01, W-S02, W-S08 and W-S09: requests and replies lost, servers killed."""

import threading

from tests.faults.scene import REQ, Scene, eventually


def paid_once(scene: Scene) -> None:
    evidence = scene.check()
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (REQ, REQ, "DONE")
    assert scene.entries == 1


def reversed_for_good(scene: Scene) -> None:
    evidence = scene.check()
    assert (evidence["net"], evidence["taken"], evidence["j"]) == (0, 0, "REVERSED")


def hold_replies(scene: Scene, held: bool) -> None:
    for proxy in scene.bank.proxies.values():
        if held:
            proxy.hold_replies.set()
        else:
            proxy.hold_replies.clear()
            proxy.drop()


def test_w_n01_the_request_is_lost_once(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    lost = threading.Event()
    proxy = scene.bank.proxies["A"]

    def lose() -> None:
        proxy.drop()
        lost.set()

    proxy.once_upward(lose)
    kiosk.go_on()
    kiosk.end()
    assert lost.is_set()
    assert kiosk.result["ok"]
    paid_once(scene)


def test_w_n02_the_reply_is_lost_once(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    scene.bank.proxies["A"].hold_replies.set()
    kiosk.go_on()
    eventually(lambda: scene.net == REQ, "the bank decides")
    scene.bank.proxies["A"].hold_replies.clear()
    scene.bank.proxies["A"].drop()
    kiosk.end()
    assert kiosk.result["ok"]
    paid_once(scene)


def test_w_n03_all_replies_are_lost(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True, advice_wait_s=0.5)
    kiosk.until("paused")
    hold_replies(scene, True)
    kiosk.go_on()
    told = kiosk.until("money")
    assert (told["ok"], told["money"]) == (False, "release_follows")
    assert told["reference"]
    hold_replies(scene, False)
    kiosk.end()
    reversed_for_good(scene)


def test_w_n04_all_requests_are_lost(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True, advice_wait_s=0.5)
    kiosk.until("paused")
    scene.bank.freeze("A")
    scene.bank.freeze("B")
    try:
        for proxy in scene.bank.proxies.values():
            proxy.drop()
        kiosk.go_on()
        told = kiosk.until("money")
    finally:
        scene.bank.thaw("A")
        scene.bank.thaw("B")
    assert (told["ok"], told["money"]) == (False, "release_follows")
    kiosk.end()
    reversed_for_good(scene)


def test_w_s01_the_server_dies_before_it_commits(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    scene.bank.kill("A")
    try:
        kiosk.go_on()
        kiosk.end()
        assert kiosk.result["ok"]
        assert kiosk.result["seconds"] < 10
        paid_once(scene)
    finally:
        scene.bank.revive("A")


def test_w_s02_the_server_dies_after_it_committed(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    scene.bank.proxies["A"].hold_replies.set()
    kiosk.go_on()
    eventually(lambda: scene.net == REQ, "the hold is made")
    scene.bank.kill("A")
    try:
        scene.bank.proxies["A"].hold_replies.clear()
        scene.bank.proxies["A"].drop()
        kiosk.end()
        assert kiosk.result["ok"]
        paid_once(scene)
    finally:
        scene.bank.revive("A")


def test_w_s08_the_server_freezes(scene: Scene):
    kiosk = scene.kiosk("withdraw", pause=True)
    kiosk.until("paused")
    scene.bank.freeze("A")
    try:
        kiosk.go_on()
        told = kiosk.until("money")
    finally:
        # What lies in the frozen server's sockets is decided now, under the same uid.
        scene.bank.thaw("A")
    kiosk.end()
    assert told["ok"]
    assert told["seconds"] < 10
    paid_once(scene)


def test_w_s09_insufficient_funds(scene: Scene):
    scene.customer, scene.account = scene.bank.new_account(REQ - 1)
    kiosk = scene.kiosk("withdraw")
    kiosk.end()
    assert kiosk.result["problem"] == "insufficient_funds"
    assert kiosk.result["money"] == "untouched"
    assert scene.words() == ["INTENT", "DECLINED"]
    assert scene.device_totals["cmds"] == 0
