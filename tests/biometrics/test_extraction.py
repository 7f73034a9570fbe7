import cv2
import numpy as np
import pytest

import biometrics
from biometrics import Guidance, NotAFingerprint, PoorQuality, TooLarge
from biometrics.synthetic import synthesise
from tests.biometrics.fingers import no_fingers, template

NO_FINGERS = no_fingers()


@pytest.mark.parametrize("name", NO_FINGERS)
def test_what_is_no_fingerprint_is_refused(name: str) -> None:
    with pytest.raises((NotAFingerprint, PoorQuality)):
        biometrics.extract(NO_FINGERS[name])


def test_a_finger_gives_minutiae_inside_the_picture_and_a_good_quality() -> None:
    found = template(1, 0)
    assert 12 <= len(found.minutiae) <= 120
    assert found.minutiae.x.max() < found.width == 352
    assert found.minutiae.y.max() < found.height == 416
    assert found.quality >= 50
    assert found.dpi == 500


def test_the_same_picture_gives_the_same_template() -> None:
    assert biometrics.extract(synthesise(2, 1)) == biometrics.extract(synthesise(2, 1))


@pytest.mark.parametrize("dpi", [300, 569, 1000])
def test_a_picture_at_another_resolution_still_matches(dpi: int) -> None:
    gray = synthesise(1, 1)
    scaled = cv2.resize(gray, None, fx=dpi / 500, fy=dpi / 500, interpolation=cv2.INTER_AREA)
    there = biometrics.extract(np.asarray(scaled, dtype=np.uint8), dpi)
    assert abs(there.width - 352) <= 1
    assert biometrics.match(there, template(1, 0)) >= biometrics.THRESHOLD_FMR_0_01_PERCENT


def test_a_faint_picture_is_raised() -> None:
    faint = (200 + synthesise(1, 1).astype(np.float32) * 0.12).astype(np.uint8)
    score = biometrics.match(biometrics.extract(faint), template(1, 0))
    assert score >= biometrics.THRESHOLD_FMR_0_01_PERCENT


def test_limits_of_size_and_kind() -> None:
    with pytest.raises(TooLarge):
        biometrics.extract(np.zeros((3000, 3000), np.uint8))
    with pytest.raises(NotAFingerprint):
        biometrics.extract(np.zeros((0, 0), np.uint8))
    with pytest.raises(ValueError, match="uint8"):
        biometrics.extract(np.zeros((300, 300, 3), np.uint8))
    with pytest.raises(ValueError, match="dpi"):
        biometrics.extract(np.zeros((300, 300), np.uint8), 72)


def test_assess_agrees_with_extract_and_guides() -> None:
    whole = synthesise(4, 0)
    assert biometrics.assess(whole).guidance is Guidance.GOOD
    assert biometrics.assess(whole).score == template(4, 0).quality
    assert biometrics.assess(NO_FINGERS["white"]).guidance is Guidance.NO_FINGER
    corner = np.full_like(whole, 230)
    corner[120:260, :120] = whole[140:280, 110:230]
    poor = biometrics.assess(corner)
    assert poor.score < biometrics.assess(whole).score
    assert poor.guidance in {Guidance.MOVE_RIGHT, Guidance.PARTIAL}


def test_a_blurred_picture_has_a_lower_quality() -> None:
    gray = synthesise(4, 1)
    noisy = np.clip(gray + np.random.default_rng(1).normal(0, 70, gray.shape), 0, 255).astype(
        np.uint8
    )
    assert biometrics.assess(noisy).score < biometrics.assess(gray).score


def test_the_overlay_lies_on_the_picture() -> None:
    gray = synthesise(1, 0)
    over = biometrics.overlay(gray)
    assert over.lines.shape == gray.shape
    assert over.mask.shape == over.orientation_rad.shape == (52, 44)
    assert len(over.marks) == len(template(1, 0).minutiae)
    assert biometrics.draw(over).shape == (832, 704, 3)


def test_light_ridges_on_a_dark_ground_are_the_same_finger() -> None:
    negative = biometrics.extract(255 - synthesise(1, 1))
    positive = template(1, 1)
    assert biometrics.match(negative, template(1, 0)) >= biometrics.THRESHOLD_FMR_0_01_PERCENT
    assert abs(len(negative.minutiae) - len(positive.minutiae)) <= 3
    kinds = [(found.minutiae.kind == 1).mean() for found in (negative, positive)]
    assert kinds[0] == pytest.approx(kinds[1], abs=0.1)
