"""W-X11: the kiosk's certificate has expired, is another authority's, or is denied."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bank.ca import ensure_authority
from bank.terminals.registry import CACHE_S
from tests.faults.evidence import judge
from tests.faults.running import eventually
from tests.faults.scene import LOGIN, Scene

LONG_AGO = timedelta(days=91)


def expired(scene: Scene) -> None:
    scene.install(scene.bank.new_terminal(datetime.now(UTC) - LONG_AGO))


def of_another_authority(scene: Scene) -> None:
    """A stranger's authority issues the same name; the bank's own is trusted as before."""
    name = scene.terminal
    ensure_authority(scene.folder / "stranger", "Meridian", datetime.now(UTC)).terminal(
        name, datetime.now(UTC)
    )
    link = scene.folder / "terminals" / name
    link.unlink()
    link.symlink_to(scene.folder / "stranger" / "terminals" / name)


def denied(scene: Scene) -> None:
    scene.bank.set_status(scene.terminal, "denied")


@pytest.mark.parametrize("how", [expired, of_another_authority, denied])
def test_w_x11(scene, row, how):
    how(scene)
    kiosk = scene.kiosk(LOGIN)
    eventually(lambda: len(kiosk.screens) > 1, "something is shown")
    eventually(lambda: kiosk.is_over() or refuses(kiosk.screens[-1]), lambda: f"{kiosk.screens}")
    kiosk.kill()
    served = any(screen.get("screen") == "Menu" for screen in kiosk.screens)
    judge(scene, row, served=served)
    assert scene.outcomes() == []


def test_w_x11_denied_until_it_is_released(scene, row):
    """It says so on its screen and to the operator, and goes on by itself."""
    denied(scene)
    kiosk = scene.kiosk()
    assert kiosk.until("OutOfService")["reason"] == "terminal_denied"
    assert "Have it released" in kiosk.said()
    scene.bank.set_status(scene.terminal, "active")
    kiosk.until("Welcome")
    kiosk.end()
    judge(scene, row, served=False)


def test_w_x11_expired_until_it_is_enrolled_again(scene, row):
    """It says so on its screen and to the operator, and goes on by itself with the next one."""
    expired(scene)
    kiosk = scene.kiosk()
    assert kiosk.until("OutOfService")["reason"] == "not_enrolled"
    assert "Enrol terminal" in kiosk.said()
    scene.bank.new_certificate(scene.terminal)
    kiosk.until("Welcome")
    kiosk.end()
    judge(scene, row, served=False)


def refuses(screen: dict) -> bool:
    """Whether the screen says that nobody is served."""
    return screen.get("screen") == "OutOfService" or bool(screen.get("problem"))


def test_w_x11_denied_while_a_customer_is_there(scene, row):
    """A denied terminal starts nothing new; what it has to say is heard once it is released."""
    kiosk = scene.paused()
    scene.bank.set_status(scene.terminal, "denied")
    time.sleep(CACHE_S)
    kiosk.go()
    assert kiosk.until("Failure")["money"] in ("untouched", "release_follows")
    scene.bank.set_status(scene.terminal, "active")
    scene.finish(kiosk)
    paid = any(screen.get("screen") == "TakeCash" for screen in kiosk.screens)
    judge(scene, row, served=paid)
