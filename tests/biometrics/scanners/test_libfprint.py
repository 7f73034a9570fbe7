"""What can happen to the process libfprint lives in, and what it must never be told."""

import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from biometrics.scanners import (
    Cancelled,
    NoDevice,
    ReaderSettings,
    Retry,
    ScanError,
    ScanEvent,
    Scanner,
    Stage,
    Timeout,
    open_scanner,
)
from biometrics.scanners import driver as driver_called
from biometrics.scanners.libfprint import child, conversation, process
from biometrics.scanners.libfprint.failures import failure
from biometrics.scanners.libfprint.resolution import dpi_of
from biometrics.synthetic import synthesise
from tests.biometrics.scanners.benches import LibfprintBench, require_libfprint

ROOT = Path(__file__).parents[3]
CANCEL_S, FAULT_S, PATIENCE_S = 4.0, 8.0, 30.0
NEVER = threading.Event()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibfprintBench]:
    made = LibfprintBench(tmp_path, monkeypatch)
    yield made
    made.close()


def ignore(_: ScanEvent) -> None:
    """Nobody looks at the events."""


def when_ready(act: Callable[[], object]) -> Callable[[ScanEvent], None]:
    def on_event(event: ScanEvent) -> None:
        if event.stage is Stage.READY:
            threading.Thread(target=act, daemon=True).start()

    return on_event


def children() -> list[psutil.Process]:
    script = str(Path(child.__file__))
    return [p for p in psutil.Process().children() if p.is_running() and script in p.cmdline()]


def end_child(signal_number: int) -> None:
    for found in children():
        os.kill(found.pid, signal_number)


def assert_reads(bench: LibfprintBench) -> None:
    finger = synthesise(1, 0)
    scan = bench.scanner.scan(PATIENCE_S, NEVER, when_ready(lambda: bench.place(finger)))
    assert scan.image.shape == finger.shape


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_a_process_that_dies_or_hangs_is_an_error_and_is_replaced(
    bench: LibfprintBench, number: int
) -> None:
    began_s = time.monotonic()
    with pytest.raises(ScanError, match="ended"):
        bench.scanner.scan(PATIENCE_S, NEVER, when_ready(lambda: end_child(number)))
    assert time.monotonic() - began_s < FAULT_S
    assert not children()
    assert_reads(bench)


def test_a_finger_that_stays_is_asked_to_go(
    bench: LibfprintBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "_LIFTING_S", 0.5)
    stages: list[Stage] = []

    def lay_down_for_good() -> None:
        finger = synthesise(1, 0)
        height, width = finger.shape
        by_hand, on = struct.pack("=ii", -3, 0), struct.pack("=ii", -4, 1)
        line = bench.connect()
        line.sendall(by_hand + on + struct.pack("=ii", width, height) + finger.tobytes())
        threading.Timer(PATIENCE_S, line.close).start()

    act = when_ready(lay_down_for_good)

    def watch(event: ScanEvent) -> None:
        stages.append(event.stage)
        act(event)

    with pytest.raises(Retry, match="wipe"):
        bench.scanner.scan(PATIENCE_S, NEVER, watch)
    assert stages == list(Stage)


def test_a_reading_is_cancelled_too(bench: LibfprintBench) -> None:
    cancel = threading.Event()
    asked_s = []
    begin = when_ready(bench.faults()["a finger and no picture"][0])

    def cancel_the_reading(event: ScanEvent) -> None:
        begin(event)
        if event.stage is Stage.READING:
            asked_s.append(time.monotonic())
            cancel.set()

    with pytest.raises(Cancelled):
        bench.scanner.scan(PATIENCE_S, cancel, cancel_the_reading)
    assert time.monotonic() - asked_s[0] < CANCEL_S
    assert_reads(bench)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libfprint is there on Linux only")
def test_the_process_does_not_outlive_a_kiosk_that_is_killed(bench: LibfprintBench) -> None:
    code = (
        "import threading\n"
        "from biometrics.scanners import ReaderSettings, open_scanner\n"
        "scanner = open_scanner(ReaderSettings('libfprint', testing=True))\n"
        "tell = lambda event: print(event.stage.value, flush=True)\n"
        "scanner.scan(60.0, threading.Event(), tell)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as kiosk:
        assert kiosk.stdout is not None
        assert kiosk.stdout.readline() == "ready\n"
        (orphan,) = psutil.Process(kiosk.pid).children()
        kiosk.kill()
    orphan.wait(PATIENCE_S)


def test_a_hung_process_is_cancelled_and_timed_out_like_another(bench: LibfprintBench) -> None:
    cancel = threading.Event()

    def hang_and_cancel() -> None:
        end_child(signal.SIGSTOP)
        cancel.set()

    with pytest.raises(Cancelled):
        bench.scanner.scan(PATIENCE_S, cancel, when_ready(hang_and_cancel))
    with pytest.raises(Timeout):
        bench.scanner.scan(0.2, NEVER, when_ready(lambda: end_child(signal.SIGSTOP)))
    assert not children()


@pytest.mark.parametrize("testing", [False, True])
def test_a_virtual_reader_is_refused_outside_a_test_configuration(
    bench: LibfprintBench, testing: bool
) -> None:
    settings = ReaderSettings("libfprint", testing=testing)
    found = driver_called("libfprint").probe(settings)
    assert [reader.name for reader in found if "irtual" in reader.name] == (
        ["Virtual image device for debugging"] if testing else []
    )
    assert open_scanner(settings).present() is testing
    if not testing:
        with pytest.raises(NoDevice, match="connected"):
            open_scanner(settings).scan(PATIENCE_S, NEVER, ignore)
        assert not bench.socket.exists()


def test_the_environment_cannot_name_readers_or_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spoofs = ("FP_VIRTUAL_IMAGE", "FP_DRIVERS_ALLOWLIST", "LD_PRELOAD", "LD_LIBRARY_PATH")
    seen = fake_child(monkeypatch, tmp_path, "print('\\n'.join(os.environ), file=sys.stderr)")
    for name in (*spoofs, "PYTHONPATH"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(ScanError) as caught:
        seen.scan(PATIENCE_S, NEVER, ignore)
    assert "PATH" in str(caught.value)
    assert not [name for name in spoofs if name in str(caught.value)]


def test_a_reader_is_chosen_by_a_part_of_its_name(bench: LibfprintBench) -> None:
    other = open_scanner(ReaderSettings("libfprint", "U.are.U", testing=True))
    with pytest.raises(NoDevice):
        other.scan(PATIENCE_S, NEVER, ignore)
    assert not other.present()
    assert open_scanner(ReaderSettings("libfprint", "virtual", testing=True)).present()


HELLO = child.HEADER.pack(b"A", 0)
OPENED = b'{"driver": "x", "id": "0", "name": "X"}'
GARBAGE = {
    "no frame": b"GET / HTTP/1.1\r\n\r\n",
    "a huge frame": child.HEADER.pack(b"O", 1 << 31),
    "a picture without a size": child.HEADER.pack(b"R", 4) + b"abcd",
    "a size of nothing": child.HEADER.pack(b"P", 16)
    + struct.pack("!IId", 0, 9, 0.0)
    + child.HEADER.pack(b"R", 0),
    "half a picture": child.HEADER.pack(b"P", 16)
    + struct.pack("!IId", 8, 8, 0.0)
    + child.HEADER.pack(b"R", 4)
    + b"abcd",
    "words that are none": child.HEADER.pack(b"E", 3) + b"{]}",
    "words of another shape": child.HEADER.pack(b"E", 2) + b"[]",
    "a list for a reader": child.HEADER.pack(b"O", 3) + b"[1]",
}


@pytest.mark.parametrize("name", sorted(GARBAGE))
def test_garbage_on_the_pipe_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    sent = HELLO + GARBAGE[name]
    scanner = fake_child(
        monkeypatch, tmp_path, f"os.write(1, {sent!r}); sys.stdin.read(); time.sleep(60)"
    )
    began_s = time.monotonic()
    with pytest.raises(ScanError):
        scanner.scan(PATIENCE_S, NEVER, ignore)
    assert time.monotonic() - began_s < FAULT_S


def test_a_reader_that_never_gets_ready_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = HELLO + child.HEADER.pack(b"O", len(OPENED)) + OPENED
    beats = f"os.write(1, {opened!r})\nwhile True: time.sleep(0.3); os.write(1, {HELLO!r})"
    scanner = fake_child(monkeypatch, tmp_path, beats)
    with pytest.raises(ScanError, match="X does not get ready"):
        scanner.scan(PATIENCE_S, NEVER, ignore)


def fake_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> Scanner:
    script = tmp_path / "child.py"
    script.write_text(f"import os, sys, time\n{code}\n")
    monkeypatch.setattr(process, "_SCRIPT", script)
    return open_scanner(ReaderSettings("libfprint"))


def test_failures_have_words_of_what_to_do() -> None:
    name = "U.are.U 4500"
    denied = failure("open", -1, "Access denied (insufficient permissions)", name)
    assert "readers --install-rules" in str(denied)
    assert "fprintd" in str(failure("open", -1, "Resource busy", name))
    assert "own chip" in str(failure("no-capture", 0, "Goodix MOC", ""))
    assert "libfprint-2-2" in str(failure("library", 0, "cannot open shared object", ""))
    assert isinstance(failure("retry", 99, "New kind", name), Retry)
    assert name in str(failure("device", 0x101, "hot", name))


def test_resolution_is_the_librarys_word_or_the_tables() -> None:
    assert dpi_of("uru4000", 0.0) == 512
    assert dpi_of("uru4000", 19.685) == 500
    assert dpi_of("unheard of", 0.0) == 500
    assert dpi_of("nb1010", float("nan")) == 385


def test_the_process_leaves_no_core_and_cannot_be_looked_into(bench: LibfprintBench) -> None:
    require_libfprint()
    seen: list[tuple[str, bool]] = []

    def look() -> None:
        (found,) = children()
        limits = Path(f"/proc/{found.pid}/limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core"))
        # The owner of a process's files says whether its own user may look into it.
        seen.append((core.split()[4], Path(f"/proc/{found.pid}/maps").stat().st_uid == 0))
        bench.place(synthesise(1, 0))

    bench.scanner.scan(PATIENCE_S, NEVER, when_ready(look))
    assert seen == [("0", True)]
