"""One picture for a person at a shell: scan, ask again if need be, write a PNG."""

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from biometrics.scanners.drivers import open_scanner
from biometrics.scanners.errors import Retry
from biometrics.scanners.scanner import OnEvent, ReaderSettings, Scan

MOST_TRIES: Final = 3


@dataclass(frozen=True)
class Shot:
    """What was written; sides in pixels."""

    width: int
    height: int
    dpi: int
    driver: str
    device: str
    seconds: float


def take(
    settings: ReaderSettings,
    file: Path,
    timeout_s: float,
    on_event: OnEvent,
    on_retry: Callable[[Retry], None],
) -> Shot:
    """Write the next finger's picture as PNG with its resolution.

    Errors: those of `Scanner.scan`, OSError for the file.
    """
    scanner = open_scanner(settings)
    try:
        for _ in range(MOST_TRIES - 1):
            try:
                return _write(scanner.scan(timeout_s, threading.Event(), on_event), file)
            except Retry as error:
                on_retry(error)
        return _write(scanner.scan(timeout_s, threading.Event(), on_event), file)
    finally:
        scanner.close()


def _write(scan: Scan, file: Path) -> Shot:
    height, width = scan.image.shape
    picture = io.BytesIO()
    Image.fromarray(scan.image).save(picture, "PNG", dpi=(scan.dpi, scan.dpi))
    scan.image.fill(0)
    file.write_bytes(picture.getbuffer())
    return Shot(width, height, scan.dpi, scan.driver, scan.device, round(scan.seconds, 3))
