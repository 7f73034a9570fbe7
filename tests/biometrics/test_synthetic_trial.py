import numpy as np
import pytest

import biometrics
from benchmarks.accuracy import measure, ours, summary, synthetic
from biometrics.errors import BiometricsError
from biometrics.synthetic import synthesise
from biometrics.synthetic_trial import trial_impression

# FVC's people, six sets pooled (docs/biometrics.md).
PEOPLE_EER_PERCENT = 1.61


def test_the_same_numbers_give_the_same_touch() -> None:
    again = trial_impression(5, 2)
    np.testing.assert_array_equal(trial_impression(5, 2), again)
    assert again.shape == (416, 352)
    assert again.dtype == np.uint8
    assert (again != trial_impression(5, 3)).mean() > 0.5
    assert (again != synthesise(5, 2)).mean() > 0.5


def test_touches_of_a_trial_are_read_and_told_apart() -> None:
    templates = {}
    for finger in range(2):
        for impression in range(4):
            try:
                read = biometrics.extract(trial_impression(finger, impression))
            except BiometricsError:
                continue
            templates[finger, impression] = read
    assert len(templates) >= 7
    pairs = [(a, b) for a in templates for b in templates if a < b]
    scores = {pair: biometrics.match(templates[pair[0]], templates[pair[1]]) for pair in pairs}
    genuine = [score for (a, b), score in scores.items() if a[0] == b[0]]
    impostor = [score for (a, b), score in scores.items() if a[0] != b[0]]
    assert np.median(genuine) > biometrics.THRESHOLD_FMR_0_01_PERCENT > np.median(impostor)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_trial_fingers_are_as_hard_to_tell_apart_as_people() -> None:
    scores, _ = measure(synthetic(20), *ours())
    eer = summary(scores)["eer_percent"]
    assert PEOPLE_EER_PERCENT / 2 <= eer <= 2 * PEOPLE_EER_PERCENT
