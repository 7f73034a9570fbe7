import time

import numpy as np

from biometrics.synthetic import synthesise


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
