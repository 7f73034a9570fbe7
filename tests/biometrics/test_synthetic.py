import time

import numpy as np
import pytest

from biometrics import NotAFingerprint, PoorQuality, Template, extract
from biometrics.evaluation import rates, score_all
from biometrics.synthetic import synthesise

# Pooled over six sets of real pictures, as docs/biometrics.md has it.
REAL_EER = 0.0161


def test_the_same_numbers_give_the_same_picture() -> None:
    np.testing.assert_array_equal(synthesise(11, 3), synthesise(11, 3))


def test_impressions_and_fingers_differ() -> None:
    first = synthesise(11, 0)
    assert first.shape == (416, 352)
    assert first.dtype == np.uint8
    assert (first != synthesise(11, 1)).mean() > 0.5
    assert (first != synthesise(12, 0)).mean() > 0.5


def test_a_demo_does_not_wait_for_its_sample_fingers() -> None:
    began = time.process_time()
    for impression in range(6):
        synthesise(13, impression)
    assert time.process_time() - began < 20


def template(finger: int, impression: int) -> Template | None:
    try:
        return extract(synthesise(finger, impression))
    except (NotAFingerprint, PoorQuality):
        return None


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_synthetic_fingers_are_about_as_hard_as_real_ones() -> None:
    impressions = {str(f): {i: template(f, i) for i in range(8)} for f in range(100)}
    eer = rates(impressions, score_all(impressions)).eer
    assert REAL_EER / 2 <= eer <= REAL_EER * 2
