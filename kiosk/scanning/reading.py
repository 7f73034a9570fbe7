"""One reading: scan, extract, judge. Blocking: for a worker thread."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from biometrics.errors import (
    BadPicture,
    BiometricsError,
    EngineMissing,
    NotAFingerprint,
    PoorQuality,
    TooLarge,
    WrongFormat,
)
from biometrics.extraction.extract import look, template_of
from biometrics.quality import Guidance
from biometrics.scanners import Cancelled, Retry, Scan, ScanEvent, ScannerError, Timeout
from biometrics.template import Engine
from kiosk.scanning.drawing import drawing_of
from kiosk.scanning.forgetting import return_freed_memory
from kiosk.scanning.readers import Readers, Suspected
from kiosk.screens import Problem
from kiosk.session.answers import FingerFailed, FingerRead, FingerStage

_LOG: Final = logging.getLogger(__name__)
Stage = Literal["ready", "finger", "reading", "lift"]
_STAGES: Final[dict[str, Stage]] = {
    "ready": "ready",
    "finger": "finger",
    "reading": "reading",
    "lift": "lift",
}


@dataclass(frozen=True)
class ReadingRules:
    """How a finger is read.

    ``scan_s``: seconds a finger is waited for. ``quality_least``: 0 to 100, a poorer picture is
    refused. ``engine``: what finds the minutiae. ``shown_s``: how long what was read of a good
    picture stays on the screen before it counts.
    """

    scan_s: float
    quality_least: int = 0
    engine: Literal["ridges", "network"] = "ridges"
    shown_s: float = 0.0


def read_finger(
    readers: Readers,
    number: int,
    rules: ReadingRules,
    cancel: threading.Event,
    report: Callable[[FingerStage], None],
) -> FingerRead | FingerFailed | None:
    """Return the template of the next finger, what was wrong with it, or None when cancelled."""

    def on_event(event: ScanEvent) -> None:
        report(FingerStage(number, _STAGES[event.stage.value], event.progress))

    try:
        scan = readers.scan(rules.scan_s, cancel, on_event)
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
        return _judged(number, rules, scan, cancel, report)
    finally:
        # A picture is held only as long as it is needed.
        scan.image.fill(0)
        return_freed_memory()


def _judged(
    number: int,
    rules: ReadingRules,
    scan: Scan,
    cancel: threading.Event,
    report: Callable[[FingerStage], None],
) -> FingerRead | FingerFailed | None:
    try:
        impression = look(scan.image, scan.dpi, Engine(rules.engine))
        quality = impression.quality
        if quality.guidance is not Guidance.NO_FINGER:
            report(FingerStage(number, "lift", None, drawing_of(impression)))
        template = template_of(impression)
    except EngineMissing as error:
        _LOG.error("%s", error)
        return FingerFailed(number, Problem.READER_FAILED)
    except PoorQuality as error:
        return FingerFailed(number, Problem.FINGER_POOR, error.quality, _advice(error.guidance))
    except NotAFingerprint:
        return FingerFailed(number, Problem.NOT_A_FINGERPRINT, 0, Guidance.NO_FINGER.value)
    except BiometricsError as error:
        return FingerFailed(number, _picture_problem(error))
    if template.quality < rules.quality_least:
        advice = _advice(quality.guidance)
        return FingerFailed(number, Problem.FINGER_POOR, template.quality, advice)
    if rules.shown_s and cancel.wait(rules.shown_s):
        return None
    return FingerRead(number, template.to_iso(), template.quality, quality.guidance.value)


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


def _advice(guidance: Guidance) -> str:
    """Say "again" of a picture that is poor for no reason that has a name."""
    return Guidance.AGAIN.value if guidance is Guidance.GOOD else guidance.value
