"""A picture of a finger is nowhere once it has been read: not in memory, on disk or in the log.

A kiosk of its own process reads a finger with the real libfprint, then idles; this process knows
the picture and looks for it.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from biometrics.arrays import Array
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.synthetic import synthesise
from tests.biometrics.scanners.benches import LibfprintBench

ROOT = Path(__file__).parents[3]
PIECE_PX, PIECES = 48, 4
CHUNK_BYTES = 1 << 20
KIOSK = """
import gc, logging, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
home = Path(sys.argv[2])
logging.basicConfig(filename=home / "log", level=logging.DEBUG)
from launch import core_dumps
core_dumps.forbid()
from biometrics.scanners import ReaderSettings
from kiosk.config import load_config
from kiosk.effects.ports import World
from kiosk.events import Cancel, TouchStart
from kiosk.runner import KioskRunner, KioskSettings
from kiosk.scanning.readers import open_readers
from kiosk.screens import EnterPin, Scanning, Welcome
from tests.kiosk.runner.fakes import FakeBank, FakeCash
readers = open_readers([ReaderSettings("libfprint", testing=True)])
world = World(FakeBank(), FakeCash(), readers, 20.0, 20, lambda: 1_700_000_000_000)
runner = KioskRunner(KioskSettings(home, load_config()), lambda _settings: world)
runner.start()
def until(kind):
    while not isinstance(runner.view().screen, kind):
        time.sleep(0.02)
until(Welcome)
while not runner.view().screen.reader:
    time.sleep(0.02)
runner.send(TouchStart())
until(Scanning)
print("ready", flush=True)
until(EnterPin)
runner.send(Cancel())
until(Welcome)
gc.collect()
print("idle", flush=True)
sys.stdin.read()
runner.stop()
"""


def pieces(picture: Array) -> list[bytes]:
    """Pieces of rows that are found nowhere but in this picture, far apart from each other."""
    height, width = picture.shape
    rows = picture[height // 4 : 3 * height // 4 : 8, width // 3 : width // 3 + PIECE_PX]
    lively = [row.tobytes() for row in rows if row.std() > 20]
    return lively[:: len(lively) // PIECES + 1]


def memory(pid: int) -> Iterator[bytes]:
    """What a process holds in memory it can write to."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        for line in maps.splitlines():
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if area is None:
                continue
            begin, end = (int(number, 16) for number in area.groups())
            # Overlapping, so that no piece is cut; most of a process's memory was never used.
            for at in range(begin, end, CHUNK_BYTES):
                file.seek(at)
                try:
                    chunk = file.read(min(end - at, CHUNK_BYTES + 4 * PIECE_PX))
                except OSError:
                    continue
                if chunk.strip(b"\0"):
                    yield chunk


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory by Linux's /proc")
def test_no_picture_is_left_in_memory_on_disk_or_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = LibfprintBench(tmp_path, monkeypatch)
    home = tmp_path / "home"
    home.mkdir()
    picture = synthesise(5, 0)
    normal = normalise(picture, Sensor(500))
    wanted = [
        piece
        for copy in (picture, normal, picture.astype(np.float32), normal.astype(np.float32))
        for piece in pieces(copy)
    ]
    with subprocess.Popen(
        [sys.executable, "-c", KIOSK, str(ROOT), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as kiosk:
        assert kiosk.stdout is not None
        assert kiosk.stdin is not None
        try:
            assert kiosk.stdout.readline() == "ready\n"
            bench.place(picture)
            assert kiosk.stdout.readline() == "idle\n"
            try:
                found = {piece for chunk in memory(kiosk.pid) for piece in wanted if piece in chunk}
            except PermissionError:
                # Nobody but root may look into a kiosk, its own user included.
                found = set()
        finally:
            kiosk.stdin.close()
            kiosk.wait(20)
    assert not found, f"{len(found)} of {len(wanted)} pieces of the picture are in memory"
    for file in (f for f in tmp_path.rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not any(piece in content for piece in wanted), file
    assert np.array_equal(picture, synthesise(5, 0))
