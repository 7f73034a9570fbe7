"""How good an impression is, and what the person can do about it."""

import enum
from dataclasses import dataclass

import numpy as np

from biometrics.extraction.pipeline import Ridges
from biometrics.measures import Measures, Placement, measure

# The floor at enrolment; below it an impression is worth another try.
ENROLMENT_FLOOR = 30

_LEAST_AREA_MM2 = 33.0
_PARTIAL_MM2 = 95.0
# Measured on pictures of fingers (0.18 to 0.60), and on noise and text (to 0.16).
_LEAST_PERIODICITY, _MOST_PERIODICITY = 0.165, 0.70
# 1 is all ridges parallel. Stripes and bricks have over 0.98, parts of fingers up to 0.955.
_STRAIGHT = 0.97
# Photographs have patches of straight, faint texture that thins to a crowd of minutiae.
_STRAIGHT_AND_FAINT, _FAINT, _CROWDED_A_MM2 = 0.75, 0.26, 0.24
_LEAST_AGREEMENT = 0.88
# Photographs have texture here and there; a finger has ridges everywhere, and they flow. 480
# pictures of fingers have 0.109, 0.956 and 0.917 or more.
_LEAST_WEAKEST, _LEAST_SMOOTH, _LEAST_COHERENT = 0.107, 0.945, 0.91
_MOST_MINUTIAE_A_MM2 = 0.48
# Rings, wood and wide stripes: much ridged surface, and hardly a ridge that ends. 480 pictures of
# fingers have 0.068 a mm2 or more.
_FEWEST_MINUTIAE_A_MM2, _MUCH_MM2 = 0.045, 150.0
_LEAST_CONTRAST = 12.0
_WET_SKEW, _DRY_SKEW = -0.40, 0.85
# Below this score the skin's state is worth mentioning; above it nothing is wrong with it.
_SOUND = 85
_OFF_CENTRE = 0.18
# A finger runs over an edge when it covers this share of it and hardly any of the one opposite.
_OVER_EDGE, _CLEAR_EDGE = 0.35, 0.05
# People lay fingers down up to 30 degrees askew; only a long shape tells how it lies.
_LEAN_DEG, _SLENDER = 38.0, 1.2
_DIRTY = 0.25
_BLURRED = 0.24


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
    TURN = "turn"
    WIPE = "wipe"
    SMUDGED = "smudged"
    AGAIN = "again"


@dataclass(frozen=True)
class Quality:
    """`score`: 0 (no finger) to 100; it predicts false rejection (docs/biometrics.md).

    `guidance`: the first thing to mend, also of a picture that is good enough: a finger laid down
    better is recognised more surely. `area_mm2`: ridged skin that is seen.
    """

    score: int
    guidance: Guidance
    area_mm2: float


NO_FINGER = Quality(0, Guidance.NO_FINGER, 0.0)


def judge(seen: Ridges, minutiae: int) -> Quality:
    """The quality of what extraction saw, with the number of minutiae it found."""
    if not seen.mask.any():
        return NO_FINGER
    measures = measure(seen)
    if _is_no_finger(measures, minutiae):
        return NO_FINGER
    area = np.clip((measures.area_mm2 - 0.6 * _LEAST_AREA_MM2) / 180.0, 0, 1)
    clear = np.clip((measures.periodicity - 0.15) / 0.25, 0, 1)
    many = np.clip(minutiae / 24.0, 0, 1)
    score = max(1, round(100 * float(area**0.4 * clear**0.5 * many**0.3)))
    return Quality(score, _guide(measures, score), round(measures.area_mm2, 1))


def _is_no_finger(measures: Measures, minutiae: int) -> bool:
    crowd = minutiae / max(measures.area_mm2, 1.0)
    faint = measures.periodicity < _FAINT and crowd > _CROWDED_A_MM2
    return (
        measures.area_mm2 < _LEAST_AREA_MM2
        or not _LEAST_PERIODICITY <= measures.periodicity <= _MOST_PERIODICITY
        or measures.straightness > (_STRAIGHT_AND_FAINT if faint else _STRAIGHT)
        or measures.agreement < _LEAST_AGREEMENT
        or measures.weakest < _LEAST_WEAKEST
        or measures.smoothness < _LEAST_SMOOTH
        or measures.coherence < _LEAST_COHERENT
        or crowd > _MOST_MINUTIAE_A_MM2
        or (crowd < _FEWEST_MINUTIAE_A_MM2 and measures.area_mm2 > _MUCH_MM2)
    )


def _guide(measures: Measures, score: int) -> Guidance:
    lying = measures.placement
    small = measures.area_mm2 < _PARTIAL_MM2
    move = _move(lying, small)
    if move is not None:
        return move
    if small:
        return Guidance.PARTIAL
    if _leans(lying):
        return Guidance.TURN
    if measures.contrast < _LEAST_CONTRAST:
        return Guidance.TOO_LIGHT
    if score >= _SOUND:
        return Guidance.GOOD
    if measures.stained > _DIRTY:
        return Guidance.WIPE
    if measures.skew > _DRY_SKEW:
        return Guidance.TOO_DRY
    if measures.skew < _WET_SKEW:
        return Guidance.TOO_WET
    if score >= 2 * ENROLMENT_FLOOR:
        return Guidance.GOOD
    return Guidance.SMUDGED if measures.periodicity < _BLURRED else Guidance.AGAIN


def _move(lying: Placement, small: bool) -> Guidance | None:
    """Where to, when the finger runs off the picture or lies small at its side."""
    ways = (
        (lying.off_x, lying.right, lying.left, Guidance.MOVE_LEFT),
        (-lying.off_x, lying.left, lying.right, Guidance.MOVE_RIGHT),
        (lying.off_y, lying.bottom, lying.top, Guidance.MOVE_UP),
        (-lying.off_y, lying.top, lying.bottom, Guidance.MOVE_DOWN),
    )
    off, over, opposite, way = max(ways, key=lambda each: each[0])
    cut = over > _OVER_EDGE and opposite < _CLEAR_EDGE
    return way if off > _OFF_CENTRE and (cut or small) else None


def _leans(lying: Placement) -> bool:
    whole = max(lying.left, lying.right, lying.top, lying.bottom) < _OVER_EDGE
    return whole and lying.slender > _SLENDER and abs(lying.lean_deg) > _LEAN_DEG
