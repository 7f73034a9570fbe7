"""The presentation attack check on synthetic attacks; benchmarks/presentation.py has the rates."""

import numpy as np
import pytest

from biometrics.arrays import Gray
from biometrics.presentation import PresentationCheck, Suspicion
from biometrics.presentation.attacks import displayed, printed, recoded, still
from biometrics.presentation.check import BURST, KEPT_S, KEPT_TRACES
from biometrics.presentation.signs import change, likeness, pattern, shifted, touch, trace
from biometrics.synthetic import synthesise

FINGERS = [synthesise(700 + finger, 0) for finger in range(3)]


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_fingers_that_come_one_after_the_other_are_let_through() -> None:
    check = PresentationCheck()
    for finger in range(2):
        for impression in range(4):
            assert check.judge(synthesise(700 + finger, impression)) == ()


@pytest.mark.parametrize("attack", [lambda picture, _: picture, recoded])
def test_a_picture_that_was_shown_before_is_known_again(attack: object) -> None:
    check, rng = PresentationCheck(Clock()), np.random.default_rng(1)
    for picture in FINGERS:
        assert check.judge(picture) == ()
    for picture in FINGERS:
        assert Suspicion.REPLAYED in check.judge(attack(picture, rng))  # type: ignore[operator]


def test_prints_and_displays_are_told_by_their_dots() -> None:
    rng = np.random.default_rng(2)
    shown = [printed(picture, rng) for picture in FINGERS]
    for picture in shown:
        assert Suspicion.PATTERN in PresentationCheck().judge(picture)
    # Dots that are finer than the reader's own may leave no trace.
    caught = [Suspicion.PATTERN in PresentationCheck().judge(displayed(p, rng)) for p in FINGERS]
    assert any(caught)


def test_a_stiff_copy_touches_the_same_way_every_time() -> None:
    rng = np.random.default_rng(3)
    for picture in FINGERS:
        check = PresentationCheck(Clock())
        judged = [check.judge(each) for each in still(picture, rng)]
        assert Suspicion.STILL in judged[-1]
        assert all(Suspicion.STILL not in each for each in judged[: BURST - 1])


def test_what_is_kept_is_little_and_forgotten() -> None:
    clock = Clock()
    check = PresentationCheck(clock)
    first, second = (picture[100:260, 100:260] for picture in FINGERS[:2])
    check.judge(first)
    clock.now_s = KEPT_S + 1.0
    assert Suspicion.REPLAYED not in check.judge(first)
    for _ in range(KEPT_TRACES):
        check.judge(second)
    assert Suspicion.REPLAYED not in check.judge(first)
    assert Suspicion.REPLAYED in check.judge(first)
    # A quarter of its sides: too coarse for ridges nine pixels apart.
    assert trace(FINGERS[0]).thumbnail.size == FINGERS[0].size // 16


@pytest.mark.parametrize("shape", [(20, 20), (192, 192), (600, 8), (416, 352)])
@pytest.mark.parametrize("tone", [0, 128, 255])
def test_empty_pictures_of_any_shape_are_judged(shape: tuple[int, int], tone: int) -> None:
    picture: Gray = np.full(shape, tone, np.uint8)
    assert PresentationCheck().judge(picture) == ()
    assert pattern(picture) < 2.0
    assert touch(picture).contact == 0.0


def test_measures_are_what_they_say() -> None:
    assert likeness(trace(FINGERS[0]), shifted(FINGERS[0])) == pytest.approx(1.0, abs=1e-3)
    assert likeness(trace(FINGERS[0]), shifted(FINGERS[1])) < 0.8
    assert likeness(trace(FINGERS[0]), shifted(FINGERS[1][:100])) == 0.0
    assert likeness(trace(FINGERS[0][:100]), shifted(FINGERS[1])) == 0.0
    assert change(()) == change((touch(FINGERS[0]),)) == 0.0
    assert change((touch(FINGERS[0]),) * 3) == 0.0
    y, x = np.mgrid[0:256, 0:256]
    dots = (127 + 60 * np.cos(2 * np.pi * (0.31 * x + 0.12 * y))).astype(np.uint8)
    noisy = np.random.default_rng(0).normal(0, 20, dots.shape) + dots
    assert pattern(np.clip(noisy, 0, 255).astype(np.uint8)) > 50.0
