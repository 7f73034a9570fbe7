"""Beyond the matrix: the kiosk dies at every fsync, write and send of a movement, one after another
until a run ends clean; then each of these calls fails once with EIO and with ENOSPC.

strace does it from outside, so the program has no hook for it. It counts the calls of each thread,
so a movement is taken in parts, in each of which one thread leads: ``withdraw`` from the touch to
the notes, ``confirm`` what store-and-forward does afterwards, ``deposit`` from the touch to the
credit, ``recover`` a start that finds an open withdrawal. After each run the kiosk is started
again, and what must be true in every row of the matrix must be true.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.evidence import gather
from tests.faults.injection import injected
from tests.faults.running import KILLED, Running, eventually
from tests.faults.scene import DEPOSIT, FINAL, WITHDRAW, Scene

CALLS = ("fsync", "write", "sendto")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
AFTERMATH_S = 1.0
WITHDRAW_ALONE, DEPOSIT_ALONE = (script.replace("finish\n", "") for script in (WITHDRAW, DEPOSIT))
"""Without the script's hand, which is no part of the machine."""
MOST = 120
"""A part with more calls of one kind than this would be a surprise; over XFS4IoT one has 74."""


def withdraw(scene: Scene) -> tuple[Running, Callable[[], None]]:
    kiosk = scene.paused(WITHDRAW_ALONE)
    return kiosk, kiosk.go


def deposit(scene: Scene) -> tuple[Running, Callable[[], None]]:
    kiosk = scene.paused(DEPOSIT_ALONE)
    return kiosk, kiosk.go


def confirm(scene: Scene) -> tuple[Running, Callable[[], None]]:
    """The notes are taken while both servers are frozen, and then they go on."""
    scene.hands.set_auto_customer(False)
    kiosk = scene.paused(WITHDRAW_ALONE)
    kiosk.go()
    kiosk.until("TakeCash")
    scene.bank.freeze()
    scene.hands.take()
    scene.until_word("TAKEN")
    kiosk.until("Success")
    return kiosk, scene.bank.thaw


def recover(scene: Scene) -> tuple[Running, Callable[[], None]]:
    """The journal ends with DISPENSING; the device is asked only when it is let go on."""
    scene.withdraw("S7")
    scene.device.freeze()
    kiosk = scene.kiosk()
    eventually(lambda: (scene.journal_folder / "lock").exists(), "the journal is open")
    return kiosk, scene.device.thaw


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("part", "call"),
    [
        (part, call)
        for part in (withdraw, confirm, deposit, recover)
        for call in CALLS
        # The device hears by sendto, the bank through TLS by write.
        if (part, call) != (confirm, "sendto")
    ],
)
def test_every_call(scenes, part, call, fault):
    for number in range(1, MOST):
        with scenes() as scene:
            if not strikes(scene, part, call, f"{fault}:when={number}"):
                break
    else:
        raise AssertionError("no run ended clean")
    assert number > 1, "nothing was ever struck"


def strikes(scene: Scene, part, call: str, what: str) -> bool:
    """Play the part with one call struck; return whether there was such a call."""
    kiosk, go = part(scene)
    log = scene.folder / "strace.log"
    with injected(kiosk.pid, call, what, log=log):
        go()
        eventually(lambda: kiosk.is_over() or is_struck(log) or is_decided(scene), "an end")
        if not kiosk.is_over():
            # A record can be read before its fsync is struck, and what the kiosk does about a
            # failed call takes a moment; then the power goes as well.
            time.sleep(AFTERMATH_S)
        struck = is_struck(log) or kiosk.is_over()
    if kiosk.is_over():
        assert kiosk.process.wait() == KILLED, kiosk.said()
    else:
        kiosk.kill()
    scene.bank.heal()
    scene.reboot()
    gather(scene)
    return struck


def is_struck(log: Path) -> bool:
    return log.exists() and "INJECTED" in log.read_text()


def is_decided(scene: Scene) -> bool:
    return scene.words()[-1] in FINAL and scene.words() != ["NONE"]
