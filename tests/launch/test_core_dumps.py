"""What sees fingers, PINs and keys leaves no core dump and cannot be looked into."""

import subprocess
import sys
from pathlib import Path

import pytest

from launch.doors import DOORS

ROOT = Path(__file__).parents[2]


def test_these_doors_see_fingers_pins_or_keys() -> None:
    private = {door.name for door in DOORS.values() if door.private}
    assert private == {"bank", "demo", "kiosk", "teller", "cases", "chains", "fingerprint"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")
def test_behind_such_a_door_there_are_no_core_dumps_and_no_looking_in(tmp_path: Path) -> None:
    words = ["scan", "--driver", "file", "--timeout-s", "60", "--out", str(tmp_path / "x.png")]
    with subprocess.Popen(
        [sys.executable, "main.py", "fingerprint", *words], cwd=ROOT, stderr=subprocess.PIPE
    ) as child:
        try:
            assert child.stderr is not None
            assert b"Place a finger" in child.stderr.readline()
            limits = Path(f"/proc/{child.pid}/limits").read_text("utf-8")
            owner = Path(f"/proc/{child.pid}/maps").stat().st_uid
        finally:
            child.kill()
    core = next(line for line in limits.splitlines() if line.startswith("Max core"))
    assert core.split()[4:6] == ["0", "0"]
    # Linux gives the files of such a process to root, whoever runs it.
    assert owner == 0
