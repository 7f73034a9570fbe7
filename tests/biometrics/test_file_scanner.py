import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from biometrics.scanners import (
    Cancelled,
    FileScanner,
    NoDevice,
    Retry,
    Scan,
    ScanEvent,
    Stage,
    Timeout,
)
from biometrics.synthetic import synthesise

PATIENCE_S = 20.0


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(synthesise(1, 0)).save(buffer, "PNG", dpi=(500, 500))
    return buffer.getvalue()


def ignore(_: ScanEvent) -> None:
    """Nobody looks at the events."""


def when_ready(act: Callable[[], None]) -> Callable[[ScanEvent], None]:
    def on_event(event: ScanEvent) -> None:
        if event.stage is Stage.READY:
            threading.Timer(0.05, act).start()

    return on_event


def scan(scanner: FileScanner, on_event: Callable[[ScanEvent], None] = ignore) -> Scan:
    return scanner.scan(PATIENCE_S, threading.Event(), on_event)


def test_a_picture_offered_before_or_during_the_scan_ends_it(tmp_path: Path) -> None:
    scanner = FileScanner()
    scanner.offer(picture())
    assert scan(scanner).image.shape == (416, 352)
    path = tmp_path / "finger.png"
    path.write_bytes(picture())
    found = scan(scanner, when_ready(lambda: scanner.offer(path)))
    assert (found.driver, found.device, found.dpi) == ("file", "finger.png", 500)


def test_the_stages_come_in_order() -> None:
    scanner = FileScanner()
    scanner.offer(picture())
    seen: list[ScanEvent] = []
    scan(scanner, seen.append)
    stages = [event.stage for event in seen]
    assert stages == [Stage.READY, Stage.FINGER, Stage.READING, Stage.READING, Stage.LIFT]


def test_after_every_error_the_scanner_works_again() -> None:
    scanner = FileScanner()
    scanner.offer(b"no picture")
    with pytest.raises(Retry, match="PNG"):
        scan(scanner)
    with pytest.raises(Timeout):
        scanner.scan(0.0, threading.Event(), ignore)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        scanner.scan(PATIENCE_S, cancel, ignore)
    scanner.offer(picture())
    assert scan(scanner).image.size


def test_cancelling_ends_a_waiting_scan() -> None:
    cancel = threading.Event()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        FileScanner().scan(60.0, cancel, when_ready(cancel.set))
    assert time.monotonic() - began < PATIENCE_S


def test_a_newer_offer_replaces_an_older_one(tmp_path: Path) -> None:
    scanner = FileScanner()
    scanner.offer(tmp_path / "absent.png")
    scanner.offer(picture())
    assert scan(scanner).device == "memory"
    scanner.offer(picture())
    scanner.discard()
    with pytest.raises(Timeout):
        scanner.scan(0.05, threading.Event(), ignore)


def test_a_picture_put_into_the_watched_folder_is_taken_and_left_there(tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(picture())
    scanner = FileScanner(tmp_path)
    new = tmp_path / "new.png"

    def put() -> None:
        (tmp_path / "note.txt").write_text("no picture")
        new.write_bytes(picture())

    assert scan(scanner, when_ready(put)).device == "new.png"
    assert new.exists()


def test_a_watched_folder_that_is_gone_is_no_device(tmp_path: Path) -> None:
    with pytest.raises(NoDevice):
        scan(FileScanner(tmp_path / "gone"))
