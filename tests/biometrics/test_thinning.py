"""Our thinning beside scikit-image's on the ridges of test prints."""

import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize

from biometrics.extraction.thinning import thin
from biometrics.synthetic import synthesise


@pytest.fixture(scope="module")
def ridges():
    print_ = cv2.GaussianBlur(synthesise(31, 0), (0, 0), 1.5)
    dark = cv2.adaptiveThreshold(
        print_, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 4
    )
    return dark.astype(bool)


def near(lines):
    return cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


def test_the_lines_run_where_scikit_image_has_them(ridges):
    ours, theirs = thin(ridges), skeletonize(ridges)
    inside = np.zeros_like(ridges)
    inside[3:-3, 3:-3] = True
    ours, theirs = ours & inside, theirs & inside
    assert ours.sum() > 1_000
    assert (ours & near(theirs)).sum() >= 0.97 * ours.sum()
    assert (theirs & near(ours)).sum() >= 0.97 * theirs.sum()
