"""How good an impression is, and what the person can do about it."""

import enum
from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.extraction import orientation
from biometrics.extraction.pipeline import Ridges
from biometrics.template import FIELD_STEP_PX, TEMPLATE_DPI

# The floor at enrolment; below it an impression is worth another try.
ENROLMENT_FLOOR = 30

_CELL_MM2 = (FIELD_STEP_PX * 25.4 / TEMPLATE_DPI) ** 2
_LEAST_AREA_MM2 = 33.0
_PARTIAL_MM2 = 95.0
# Measured on pictures of fingers (0.18 to 0.60), and on noise and text (to 0.16).
_LEAST_PERIODICITY, _MOST_PERIODICITY = 0.165, 0.70
# 1 is all ridges parallel. Stripes and bricks have over 0.98, parts of fingers up to 0.955.
_STRAIGHT = 0.97
# Photographs have patches of straight, faint texture that thins to a crowd of minutiae.
_STRAIGHT_AND_FAINT, _FAINT, _CROWDED_A_MM2 = 0.75, 0.26, 0.24
_LEAST_AGREEMENT = 0.88
_MOST_MINUTIAE_A_MM2 = 0.48
_LEAST_CONTRAST = 9.0
_WET_SKEW, _DRY_SKEW = -0.45, 0.95
_OFF_CENTRE = 0.18


class Guidance(enum.Enum):
    """One thing to tell the person; the screen has the words. Left is left on the picture."""

    GOOD = "good"
    NO_FINGER = "no-finger"
    TOO_LIGHT = "too-light"
    TOO_DRY = "too-dry"
    TOO_WET = "too-wet"
    PARTIAL = "partial"
    MOVE_LEFT = "move-left"
    MOVE_RIGHT = "move-right"
    MOVE_UP = "move-up"
    MOVE_DOWN = "move-down"
    SMUDGED = "smudged"


@dataclass(frozen=True)
class Quality:
    """`score`: 0 (no finger) to 100; it predicts false rejection (docs/biometrics.md).

    `guidance`: the first thing to mend. `area_mm2`: ridged skin that is seen.
    """

    score: int
    guidance: Guidance
    area_mm2: float


NO_FINGER = Quality(0, Guidance.NO_FINGER, 0.0)


@dataclass(frozen=True)
class _Measures:
    """`skew` is of the raised grey values: above 0 for thin, broken ridges, below for thick."""

    area_mm2: float
    periodicity: float
    straightness: float
    agreement: float
    contrast: float
    skew: float
    off_x: float
    off_y: float


def judge(seen: Ridges, minutiae: int) -> Quality:
    """The quality of what extraction saw, with the number of minutiae it found."""
    if not seen.mask.any():
        return NO_FINGER
    measures = _measure(seen)
    if _is_no_finger(measures, minutiae):
        return NO_FINGER
    area = np.clip((measures.area_mm2 - 0.6 * _LEAST_AREA_MM2) / 180.0, 0, 1)
    clear = np.clip((measures.periodicity - 0.15) / 0.25, 0, 1)
    many = np.clip(minutiae / 24.0, 0, 1)
    score = max(1, round(100 * float(area**0.4 * clear**0.5 * many**0.3)))
    return Quality(score, _guide(measures, score), round(measures.area_mm2, 1))


def _measure(seen: Ridges) -> _Measures:
    mask = seen.mask
    rows, columns = mask.shape
    pixels = orientation.to_pixels(mask.astype(np.float32), seen.gray.shape) > 0.5
    flow = orientation.ridge_flow(seen.raised, 9.0)
    inside = seen.raised[pixels]
    centred = inside - inside.mean()
    deviation = float(centred.std()) + 1e-6
    y, x = np.nonzero(mask)
    return _Measures(
        area_mm2=float(np.count_nonzero(mask)) * _CELL_MM2,
        periodicity=float(_to_cells(seen.found.periodicity, mask.shape)[mask].mean()),
        straightness=float(abs(seen.flow.double[mask].mean())),
        agreement=float((flow.double * seen.flow.double.conj()).real[mask].mean()),
        contrast=float(seen.gray[pixels].std()),
        skew=float((centred**3).mean()) / deviation**3,
        off_x=float(x.mean()) / columns - 0.5,
        off_y=float(y.mean()) / rows - 0.5,
    )


def _to_cells(windows: Array, shape: tuple[int, ...]) -> Array:
    """The value of the nearest window for each cell; windows stand on every second corner."""
    row = (np.arange(shape[0]) + 1) // 2
    column = (np.arange(shape[1]) + 1) // 2
    return windows[np.ix_(row, column)]


def _is_no_finger(measures: _Measures, minutiae: int) -> bool:
    crowd = minutiae / max(measures.area_mm2, 1.0)
    faint = measures.periodicity < _FAINT and crowd > _CROWDED_A_MM2
    return (
        measures.area_mm2 < _LEAST_AREA_MM2
        or not _LEAST_PERIODICITY <= measures.periodicity <= _MOST_PERIODICITY
        or measures.straightness > (_STRAIGHT_AND_FAINT if faint else _STRAIGHT)
        or measures.agreement < _LEAST_AGREEMENT
        or crowd > _MOST_MINUTIAE_A_MM2
    )


def _guide(measures: _Measures, score: int) -> Guidance:
    small = measures.area_mm2 < _PARTIAL_MM2
    if small and max(abs(measures.off_x), abs(measures.off_y)) > _OFF_CENTRE:
        if abs(measures.off_x) > abs(measures.off_y):
            return Guidance.MOVE_LEFT if measures.off_x > 0 else Guidance.MOVE_RIGHT
        return Guidance.MOVE_UP if measures.off_y > 0 else Guidance.MOVE_DOWN
    if small:
        return Guidance.PARTIAL
    if measures.contrast < _LEAST_CONTRAST:
        return Guidance.TOO_LIGHT
    if score >= 2 * ENROLMENT_FLOOR:
        return Guidance.GOOD
    if measures.skew > _DRY_SKEW:
        return Guidance.TOO_DRY
    if measures.skew < _WET_SKEW:
        return Guidance.TOO_WET
    return Guidance.SMUDGED if score < ENROLMENT_FLOOR else Guidance.GOOD
