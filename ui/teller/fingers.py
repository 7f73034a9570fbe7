"""Fingers at a desk: pictures of them, or a reader of the same kinds as a kiosk's."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from kiosk.config import Config

if TYPE_CHECKING:
    from biometrics.arrays import Gray
    from biometrics.scanners import ScanEvent
    from kiosk.scanning import Readers

EngineName = Literal["ridges", "network"]
SCAN_S: Final = 30.0
"""How long a finger is waited for."""


@dataclass(frozen=True, slots=True)
class Print:
    """An impression of a finger: its template in ISO/IEC 19794-2, and quality 0 to 100."""

    template: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class Fingers:
    """How a desk gets a finger. Both calls block: run them on worker threads.

    ``engine``: what finds minutiae, as at the kiosks. ``pictures``: whether files are taken.
    ``readers``: None where the desk has no reader.
    """

    engine: EngineName = "ridges"
    pictures: bool = True
    readers: "Readers | None" = None

    def picture(self, file: Path) -> Print:
        """Return what a picture of a finger shows.

        Raises:
            BiometricsError: no picture, no fingerprint, too poor, or the engine is not installed.
        """
        # Loaded with the first finger: OpenCV costs a third of a second.
        from biometrics import pictures

        read = pictures.read(file)
        return self._print(read.gray, read.dpi or 500)

    def scan(self, cancel: threading.Event, on_event: "Callable[[ScanEvent], None]") -> Print:
        """Return what lies on the reader; ``on_event`` is called on the caller's thread.

        Raises:
            ScannerError: no reader, no finger, or a failure of the reader.
            BiometricsError: what lay there is no finger, or too little of it can be read.
        """
        from biometrics.scanners import NoDevice
        from kiosk.scanning.forgetting import return_freed_memory

        if self.readers is None:
            raise NoDevice("This desk has no fingerprint reader in its configuration.")
        scan = self.readers.scan(SCAN_S, cancel, on_event)
        try:
            return self._print(scan.image, scan.dpi)
        finally:
            # A picture is held only as long as it is needed.
            scan.image.fill(0)
            return_freed_memory()

    def close(self) -> None:
        """Give back ports and processes."""
        if self.readers is not None:
            self.readers.close()

    def _print(self, gray: "Gray", dpi: int) -> Print:
        import biometrics

        template = biometrics.extract(gray, dpi, biometrics.Engine(self.engine))
        return Print(template.to_iso(), template.quality)


def open_fingers(config: Config) -> Fingers:
    """Return what the configuration's readers give a desk. Touches no hardware."""
    lines = [line for line in config.readers if line.driver != "file"]
    if not lines:
        return Fingers(config.engine, config.pictures)
    from biometrics.scanners import ReaderSettings
    from kiosk.scanning import open_readers

    readers = open_readers(
        (
            ReaderSettings(line.driver, line.device, config.test_configuration, line.password)
            for line in lines
        ),
        presentation_check=config.presentation_check,
    )
    return Fingers(config.engine, config.pictures, readers)
