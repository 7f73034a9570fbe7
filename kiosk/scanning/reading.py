"""One reading: scan, extract, judge. Blocking: for a worker thread."""

import threading
from collections.abc import Callable
from typing import Final, Literal

from biometrics.errors import (
    BadPicture,
    BiometricsError,
    NotAFingerprint,
    PoorQuality,
    TooLarge,
    WrongFormat,
)
from biometrics.extraction.extract import extract
from biometrics.quality import Guidance
from biometrics.scanners import Cancelled, Retry, Scan, ScanEvent, ScannerError, Timeout
from kiosk.scanning.forgetting import return_freed_memory
from kiosk.scanning.readers import Readers, Suspected
from kiosk.screens import Problem
from kiosk.session.answers import FingerFailed, FingerRead, FingerStage

Stage = Literal["ready", "finger", "reading", "lift"]
_STAGES: Final[dict[str, Stage]] = {
    "ready": "ready",
    "finger": "finger",
    "reading": "reading",
    "lift": "lift",
}


def read_finger(
    readers: Readers,
    number: int,
    quality_least: int,
    scan_s: float,
    cancel: threading.Event,
    report: Callable[[FingerStage], None],
) -> FingerRead | FingerFailed | None:
    """Return the template of the next finger, what was wrong with it, or None when cancelled.

    A picture below ``quality_least`` (0 to 100) is refused. Waits up to ``scan_s`` seconds for a
    finger.
    """

    def on_event(event: ScanEvent) -> None:
        report(FingerStage(number, _STAGES[event.stage.value], event.progress))

    try:
        scan = readers.scan(scan_s, cancel, on_event)
    except Cancelled:
        return None
    except Timeout:
        return FingerFailed(number, Problem.FINGER_TIMEOUT)
    except Suspected:
        return FingerFailed(number, Problem.FINGER_SUSPECT)
    except Retry as error:
        advice = _advice(error.guidance) if error.guidance else ""
        return FingerFailed(number, _picture_problem(error.__cause__), advice=advice)
    except ScannerError:
        return FingerFailed(number, Problem.READER_FAILED)
    try:
        return _template(number, quality_least, scan)
    finally:
        # A picture is held only as long as it is needed.
        scan.image.fill(0)
        return_freed_memory()


def _template(number: int, quality_least: int, scan: Scan) -> FingerRead | FingerFailed:
    try:
        template = extract(scan.image, scan.dpi)
    except PoorQuality as error:
        return FingerFailed(number, Problem.FINGER_POOR, error.quality, _advice(error.guidance))
    except NotAFingerprint:
        return FingerFailed(number, Problem.NOT_A_FINGERPRINT, 0, Guidance.NO_FINGER.value)
    except BiometricsError as error:
        return FingerFailed(number, _picture_problem(error))
    if template.quality < quality_least:
        advice = _guidance_of(scan)
        return FingerFailed(number, Problem.FINGER_POOR, template.quality, advice)
    return FingerRead(number, template.to_iso(), template.quality, Guidance.GOOD.value)


def _picture_problem(error: BaseException | None) -> Problem:
    match error:
        case TooLarge():
            return Problem.PICTURE_TOO_LARGE
        case WrongFormat():
            return Problem.PICTURE_WRONG_FORMAT
        case BadPicture():
            return Problem.PICTURE_UNREADABLE
    # A reader that wants the finger again has seen too little of it.
    return Problem.FINGER_POOR


def _guidance_of(scan: Scan) -> str:
    from biometrics.extraction.extract import assess

    return _advice(assess(scan.image, scan.dpi).guidance)


def _advice(guidance: Guidance) -> str:
    """Say "smudged" of a picture that is poor for no reason that has a name."""
    return Guidance.SMUDGED.value if guidance is Guidance.GOOD else guidance.value
