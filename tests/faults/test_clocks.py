"""W-X09 and W-X10: the kiosk's clock is wrong, or jumps; the servers' clocks differ."""

import pytest

from tests.faults.evidence import judge
from tests.faults.injection import fake_clock
from tests.faults.scene import REQ, WITHDRAW


@pytest.mark.parametrize("moment", ["-1d", "+1d", "-10y", "+10y"])
def test_w_x09(scene, row, moment):
    """What is left of the day's limit stays the bank's, whatever day the kiosk believes in."""
    first = scene.paused()
    left = first.screens[-1]["left_today_minor"]
    first.kill()
    scene.withdraw(**fake_clock(moment))
    judge(scene, row)
    assert [record["seq"] for record in scene.peek()] == list(range(1, len(scene.peek()) + 1))
    scene.forget()
    again = scene.kiosk(WITHDRAW, **fake_clock(moment))
    again.until("Withdraw", typed="40", left_today_minor=left - REQ)
    again.kill()


def test_w_x09_back_an_hour_in_the_middle(scene, row):
    """The clock goes back between the hold and the notes; the limits of the day are the bank's."""
    said = scene.folder / "moment"
    said.write_text("+0\n")
    scene.hands.set_auto_customer(False)
    script = WITHDRAW.replace("finish\n", "")
    kiosk = scene.kiosk(script, **fake_clock(str(said)))
    kiosk.until("Withdraw", typed="40", left_today_minor=...)
    left = kiosk.screens[-1]["left_today_minor"]
    kiosk.go()
    kiosk.until("TakeCash")
    said.write_text("-1h\n")
    scene.hands.take()
    kiosk.until("Success")
    scene.finish(kiosk)
    judge(scene, row)
    at = [record["at"] for record in scene.peek()]
    assert at[-1] < at[0], "the clock did go back"
    scene.forget()
    again = scene.kiosk(script, **fake_clock("-1d"))
    again.until("Withdraw", typed="40", left_today_minor=left - REQ)
    again.kill()


def test_w_x10(scene, row):
    """B's clock is ten minutes ahead. The login is at A, the withdrawal at B, then again at A."""
    scene.configure(authorise_s=25)
    scene.bank.kill("B")
    scene.bank.serve("B", fake_clock("+10m"))
    kiosk = scene.paused()
    try:
        scene.bank.kill("A")
        kiosk.go()
        kiosk.until("Success")
        scene.finish(kiosk)
    finally:
        scene.bank.serve("A")
        scene.bank.kill("B")
        scene.bank.serve("B")
    booked = scene.bank.query(
        "select id, booked_at from entries order by id",
    )
    in_order = [at for _, at in booked] == sorted(at for _, at in booked)
    judge(scene, row, entries_in_order=in_order)
