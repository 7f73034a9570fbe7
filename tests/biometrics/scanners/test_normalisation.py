"""The same finger on readers of different families, brought to one look by their drivers."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import biometrics
from biometrics.arrays import Gray
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.synthetic import synthesise
from biometrics.synthetic_sensors import INVERTED, OPTICAL, SERIAL, SensorModel, render

FINGERS, ENROLLED = range(810, 814), 3
MODELS = [OPTICAL, SERIAL, INVERTED]


def sensor_of(model: SensorModel) -> Sensor:
    return Sensor(model.dpi, model.light_ridges, model.frame_px, model.levels)


@functools.cache
def template(finger: int, impression: int, model: SensorModel) -> biometrics.Template:
    raw = render(synthesise(finger, impression), model, finger * 10 + impression)
    return biometrics.extract(normalise(raw, sensor_of(model)), model.dpi)


def verifies(finger: int, enrolled: SensorModel, shown: SensorModel) -> bool:
    """Best of three enrolled impressions against another touch, as the bank does it."""
    probe = template(finger, ENROLLED, shown)
    scores = [
        biometrics.match(probe, template(finger, impression, enrolled))
        for impression in range(ENROLLED)
    ]
    return max(scores) >= biometrics.THRESHOLD_FMR_0_01_PERCENT


@pytest.mark.parametrize("shown", MODELS, ids=lambda model: model.name)
def test_a_finger_enrolled_on_one_reader_verifies_on_another(shown: SensorModel) -> None:
    found = [verifies(finger, OPTICAL, shown) for finger in FINGERS]
    # Small windows lose some: benchmarks/sensors.py has the rates.
    assert sum(found) >= len(FINGERS) - 1


def test_the_table_makes_it_more_alike() -> None:
    finger = FINGERS[0]
    raw = render(synthesise(finger, ENROLLED), INVERTED, 1)
    wrong = normalise(raw, Sensor(500))
    right = normalise(raw, sensor_of(INVERTED))
    scores = []
    for picture, dpi in ((right, INVERTED.dpi), (wrong, 500)):
        try:
            probe = biometrics.extract(picture, dpi)
        except biometrics.BiometricsError:
            scores.append(0.0)
            continue
        candidates = [template(finger, i, OPTICAL) for i in range(ENROLLED)]
        scores.append(max(biometrics.match(probe, each) for each in candidates))
    assert scores[0] >= biometrics.THRESHOLD_FMR_0_01_PERCENT
    assert scores[0] > scores[1]


@settings(max_examples=40)
@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 255),
    st.booleans(),
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)
def test_any_picture_keeps_its_shape(
    height: int, width: int, tone: int, light: bool, frame_px: int, random: object
) -> None:
    picture: Gray = np.full((height, width), tone, np.uint8)
    result = normalise(picture, Sensor(500, light, frame_px))
    assert (result.shape, result.dtype) == (picture.shape, np.uint8)


def test_polarity_levels_and_frame() -> None:
    ridges = np.tile(np.array([40, 60, 160, 140], np.uint8), (64, 16))
    dark = normalise(ridges, Sensor(500))
    assert (dark.min(), dark.max()) == (0, 255)
    light = normalise((255 - ridges).astype(np.uint8), Sensor(500, light_ridges=True))
    assert np.abs(dark.astype(int) - light).max() <= 1
    framed = np.zeros((80, 80), np.uint8)
    framed[8:72, 8:72] = ridges
    assert np.array_equal(normalise(framed, Sensor(500))[8:72, 8:72], dark)
    assert normalise(framed, Sensor(500, frame_px=8))[0, 0] > 150
    # What is on an empty glass stays faint.
    empty = np.random.default_rng(1).normal(200, 2, (64, 64)).astype(np.uint8)
    assert normalise(empty, Sensor(500)).std() < 40
