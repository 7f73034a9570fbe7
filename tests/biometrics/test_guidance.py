"""What a person is told, on pictures that were drawn dry, wet, light, shifted, turned, dirty."""

import dataclasses

import numpy as np
import pytest

import biometrics
from biometrics import Guidance
from biometrics.synthetic import NATURAL, synthesise

FINGERS = (5, 8, 22)
DRAWN: list[tuple[dict[str, object], Guidance]] = [
    ({"pressure": -1.3}, Guidance.TOO_DRY),
    ({"pressure": 1.05}, Guidance.TOO_WET),
    ({"ink": 0.12}, Guidance.TOO_LIGHT),
    ({"moved_px": (130.0, 0.0)}, Guidance.MOVE_LEFT),
    ({"moved_px": (-130.0, 0.0)}, Guidance.MOVE_RIGHT),
    ({"moved_px": (0.0, 170.0)}, Guidance.MOVE_UP),
    ({"moved_px": (0.0, -170.0)}, Guidance.MOVE_DOWN),
    ({"turned_deg": 65.0}, Guidance.TURN),
    ({"turned_deg": -60.0}, Guidance.TURN),
    ({"stains": 0.5, "pressure": 0.9}, Guidance.WIPE),
]


def assessed(finger: int, **changes: object) -> biometrics.Quality:
    variation = dataclasses.replace(NATURAL, **changes)
    return biometrics.assess(synthesise(finger, 0, variation))


@pytest.mark.parametrize(("changes", "wanted"), DRAWN)
def test_the_person_is_told_what_is_wrong(changes: dict[str, object], wanted: Guidance) -> None:
    told = [assessed(finger, **changes).guidance for finger in FINGERS]
    assert wanted in told
    # The others may be good enough after all, but nobody is sent the wrong way.
    assert set(told) <= {wanted, Guidance.GOOD}


@pytest.mark.parametrize("finger", FINGERS)
def test_a_well_laid_finger_is_good(finger: int) -> None:
    assert assessed(finger).guidance is Guidance.GOOD


def test_a_piece_of_a_finger_in_the_middle_is_partial() -> None:
    piece = np.full((416, 352), 230, np.uint8)
    piece[130:280, 110:240] = synthesise(22, 0)[130:280, 110:240]
    assert biometrics.assess(piece).guidance is Guidance.PARTIAL


def test_the_score_falls_with_the_skin() -> None:
    sound = np.mean([assessed(finger).score for finger in FINGERS])
    for changes in ({"pressure": -1.6}, {"pressure": 1.6}, {"ink": 0.12}):
        assert np.mean([assessed(finger, **changes).score for finger in FINGERS]) < sound - 5
