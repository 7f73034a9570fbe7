"""W-X12: the machine runs out of memory, and the kernel kills the kiosk."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.evidence import judge
from tests.faults.running import KILLED
from tests.faults.scene import WITHDRAW

GROUPS = Path("/sys/fs/cgroup/memory")
NO_GROUPS = not (GROUPS / "memory.limit_in_bytes").exists() or not os.access(GROUPS, os.W_OK)


@contextlib.contextmanager
def starved(pid: int) -> Iterator[None]:
    """Put a process where no page can be had: the next one it asks for is its end."""
    group = GROUPS / f"fortress-{uuid.uuid4().hex[:8]}"
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text("4096")
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        group.rmdir()


@pytest.mark.skipif(NO_GROUPS, reason="missing: a writable cgroup v1 memory controller")
@pytest.mark.parametrize("moment", ["chosen", "presented"])
def test_w_x12(scene, row, moment):
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk(WITHDRAW.replace("finish\n", ""))
    kiosk.until("Withdraw", typed="40", left_today_minor=...)
    if moment == "presented":
        kiosk.go()
        kiosk.until("TakeCash")
    with starved(kiosk.pid):
        kiosk.go()
        status = kiosk.wait_over("the kernel")
    scene.reboot()
    judge(scene, row, killed=status == KILLED)
