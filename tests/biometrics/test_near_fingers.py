"""Pictures that come near to a fingerprint without being one, and photographs."""

import itertools
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import biometrics
from biometrics import Engine, NotAFingerprint, PoorQuality
from biometrics.arrays import Array, Gray
from tests.biometrics.fingers import SHAPE, no_fingers, template
from tests.biometrics.test_network import needs_the_extra

HEIGHT, WIDTH = SHAPE
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


def wave(phase: Array, amplitude: float = 100.0) -> Gray:
    return np.clip(127 + amplitude * np.sin(phase), 0, 255).astype(np.uint8)


def random(seed: int, sigma: float = 0.0) -> Array:
    field = np.random.default_rng(seed).standard_normal(SHAPE).astype(np.float32)
    if sigma:
        field = np.asarray(cv2.GaussianBlur(field, (0, 0), sigma))
    return np.asarray(field / field.std())


def rings(wavelength: float) -> Gray:
    return wave(np.hypot(X - 170, Y - 200) * 2 * np.pi / wavelength)


def zebra(seed: int, smooth: float) -> Gray:
    return wave(2 * np.pi * (X * 0.88 + Y * 0.48) / 9 + 6 * random(seed, smooth))


def wood(seed: int) -> Gray:
    rng = np.random.default_rng(seed)
    far = np.hypot(X - WIDTH * rng.uniform(-1, 2), (Y - HEIGHT * rng.uniform(-1, 2)) * 0.25)
    grain = wave(2 * np.pi * (far + 18 * random(seed, 40)) / 9, 60.0)
    return np.clip(grain + 12 * random(seed + 1), 0, 255).astype(np.uint8)


def band_noise(seed: int, wavelength: float, width: float) -> Gray:
    """Noise of one wavelength and every orientation: the hardest without structure."""
    frequency = np.hypot(np.fft.fftfreq(HEIGHT)[:, None], np.fft.fftfreq(WIDTH)[None, :])
    gain = np.exp(-0.5 * ((frequency - 1 / wavelength) / (width / wavelength)) ** 2)
    field = np.real(np.fft.ifft2(np.fft.fft2(random(seed)) * gain))
    return np.clip(128 + 60 * field / field.std(), 0, 255).astype(np.uint8)


def turing_pattern(seed: int) -> Gray:
    field = random(seed)
    for _ in range(20):
        inner, outer = (cv2.GaussianBlur(field, (0, 0), sigma) for sigma in (2.0, 4.0))
        field = np.tanh(12 * (inner - outer))
    return np.clip(128 + 100 * field, 0, 255).astype(np.uint8)


def halftone(cell: float) -> Gray:
    tone = random(1, 25)
    tone = (tone - tone.min()) / (tone.max() - tone.min())
    along, across = 2 * np.pi * 0.7 * (X + Y) / cell, 2 * np.pi * 0.7 * (X - Y) / cell
    return np.where((np.cos(along) + np.cos(across)) / 4 + 0.5 > tone, 255, 0).astype(np.uint8)


def qr_code(module_px: int) -> Gray:
    dark = np.random.default_rng(1).random((HEIGHT // module_px + 1, WIDTH // module_px + 1)) > 0.5
    grown = np.kron(dark, np.ones((module_px, module_px)))[:HEIGHT, :WIDTH]
    return np.asarray(255 * grown, np.uint8)


def handwriting(space_px: int, thickness: int) -> Gray:
    rng = np.random.default_rng(1)
    page = np.full(SHAPE, 245, np.uint8)
    along = np.arange(0, WIDTH, 1.5)
    for line in range(20, HEIGHT, space_px):
        pace, start = rng.uniform(0.25, 0.5), rng.uniform(0, 6)
        down = line + 7 * np.sin(along * pace + start) * (1 + 0.4 * np.sin(along * 0.07))
        points = np.stack([along + 3 * np.sin(along * 0.5 + start), down], axis=1)
        cv2.polylines(page, [points.astype(np.int32)], False, 30, thickness, cv2.LINE_AA)
    return page


def maze() -> Gray:
    rng = np.random.default_rng(1)
    page = np.full(SHAPE, 255, np.uint8)
    for top, left in itertools.product(range(0, HEIGHT, 10), range(0, WIDTH, 10)):
        ends = ((left, top), (left + 10, top + 10))
        if rng.random() < 0.5:
            ends = ((left + 10, top), (left, top + 10))
        cv2.line(page, *ends, 0, 3)
    return page


NEAR: dict[str, Callable[[], Gray]] = {
    "rings of 7 px": lambda: rings(7),
    "rings of 12 px": lambda: rings(12),
    "ellipses": lambda: wave(np.hypot(X - 170, (Y - 200) * 0.6) * 0.7),
    "a spiral": lambda: wave(np.hypot(X - 170, Y - 200) * 0.7 + np.arctan2(Y - 200, X - 170)),
    "a zebra": lambda: zebra(1, 30),
    "another zebra": lambda: zebra(2, 30),
    "wood": lambda: wood(0),
    "other wood": lambda: wood(2),
    "narrow band noise": lambda: band_noise(0, 9, 0.08),
    "band noise": lambda: band_noise(1, 8, 0.15),
    "wide band noise": lambda: band_noise(1, 10, 0.25),
    "a Turing pattern": lambda: turing_pattern(1),
    "fine halftone": lambda: halftone(5),
    "halftone": lambda: halftone(8),
    "a QR code": lambda: qr_code(9),
    "a fine QR code": lambda: qr_code(4),
    "handwriting": lambda: handwriting(26, 2),
    "dense handwriting": lambda: handwriting(14, 3),
    "a maze": maze,
}


@pytest.mark.parametrize("name", NEAR)
def test_what_comes_near_is_refused(name: str) -> None:
    with pytest.raises((NotAFingerprint, PoorQuality)):
        biometrics.extract(NEAR[name]())


def test_torn_stripes_may_be_taken_for_a_finger_but_match_nothing() -> None:
    """Ridges that end and bend like these are, to an extractor, a fingerprint."""
    torn = [biometrics.extract(zebra(seed, 15)) for seed in range(3)]
    fingers = [template(finger, 0) for finger in range(4)]
    for probe, candidate in itertools.combinations(torn + fingers, 2):
        assert biometrics.match(probe, candidate) < biometrics.THRESHOLD_FMR_0_01_PERCENT


@needs_the_extra
@pytest.mark.parametrize("name", ["rings of 12 px", "ellipses", "a zebra", "wood"])
def test_the_network_is_not_asked_about_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biometrics.extraction.network.find_minutiae", pytest.fail)
    with pytest.raises(NotAFingerprint):
        biometrics.extract(NEAR[name](), engine=Engine.NETWORK)


def test_photographs_are_refused() -> None:
    data = pytest.importorskip("skimage.data", reason="photographs come with scikit-image")
    seen = 0
    for path in sorted(Path(data.__file__).parent.glob("*.[pjt][npi][gf]")):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None or min(picture.shape) < 200:
            continue
        seen += 1
        for top, left in ((0, 0), (picture.shape[0] - 200, picture.shape[1] - 200)):
            piece = np.ascontiguousarray(picture[top : top + 400, left : left + 400])
            with pytest.raises((NotAFingerprint, PoorQuality)):
                biometrics.extract(piece)
    assert seen >= 1


def test_everything_that_is_no_finger_stays_refused_when_its_greys_are_turned() -> None:
    for picture in no_fingers().values():
        with pytest.raises((NotAFingerprint, PoorQuality)):
            biometrics.extract(255 - picture)
