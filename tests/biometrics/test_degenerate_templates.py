"""Templates that nobody's finger gives: none of them may open an account, not even to its twin."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

import biometrics
from biometrics.template import (
    ENDING,
    MAX_MINUTIAE,
    OUTSIDE,
    UNKNOWN,
    Minutiae,
    OrientationField,
    Template,
)

sys.path.insert(0, str(Path(__file__).parent))
from fingers import template

SAME = biometrics.THRESHOLD_FMR_0_01_PERCENT
SIDE = 320


def made(
    x: object,
    y: object,
    angle: object,
    cells: int | None = 0,
    kind: int = ENDING,
    quality: int = 80,
) -> Template:
    count = np.size(np.asarray(x))
    field = None
    if cells is not None:
        field = OrientationField(np.full((SIDE // 8, SIDE // 8), cells, np.uint8))
    minutiae = Minutiae(
        np.asarray(x).astype(np.uint16).reshape(count),
        np.asarray(y).astype(np.uint16).reshape(count),
        np.broadcast_to(np.asarray(angle), count).astype(np.uint8),
        np.full(count, kind, np.uint8),
        np.full(count, quality, np.uint8),
    )
    return Template(SIDE, SIDE, 50, minutiae, field)


def scattered(seed: int, count: int, cells: int | None = 0, spread: int = SIDE) -> Template:
    rng = np.random.default_rng(seed)
    low = (SIDE - spread) // 2
    x, y = rng.integers(low, low + spread, (2, count))
    return made(x, y, rng.integers(0, 256, count), cells)


def lattice(step: int, cells: int | None = 0) -> Template:
    x, y = np.meshgrid(np.arange(20, SIDE - 20, step), np.arange(20, SIDE - 20, step))
    return made(x.ravel()[:MAX_MINUTIAE], y.ravel()[:MAX_MINUTIAE], 0, cells)


STRANGE = {
    "none": made([], [], []),
    "three": scattered(1, 3),
    "four": scattered(2, 4),
    "five": scattered(3, 5),
    "all in one place": made(np.full(40, 100), np.full(40, 100), 0),
    "all in one corner": made(np.zeros(40), np.zeros(40), np.arange(40)),
    "two heaps": made(np.repeat([60, 250], 30), np.repeat([60, 250], 30), 0),
    "the most there can be": scattered(4, MAX_MINUTIAE),
    "the most in a clump": scattered(5, MAX_MINUTIAE, spread=40),
    "no finger anywhere": scattered(6, 40, OUTSIDE),
    "no field": scattered(7, 40, None),
    "no quality": made(np.arange(40) * 7 + 10, np.arange(40) * 7 + 10, 0, quality=0),
    "kinds unknown": made(np.arange(40) * 7 + 10, np.full(40, 160), 0, kind=UNKNOWN),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_template_is_no_persons(name: str) -> None:
    strange = Template.from_iso(STRANGE[name].to_iso())
    for finger in range(4):
        assert biometrics.match(strange, template(finger, 0)) < SAME
        assert biometrics.match(template(finger, 0), strange) < SAME


def test_strange_templates_are_not_each_other() -> None:
    for one, other in itertools.permutations(STRANGE, 2):
        assert biometrics.match(STRANGE[one], STRANGE[other]) < SAME, (one, other)


@pytest.mark.parametrize(
    "name", ["none", "three", "four", "five", "all in one place", "all in one corner"]
)
def test_too_little_does_not_even_match_itself(name: str) -> None:
    assert biometrics.match(STRANGE[name], STRANGE[name]) < SAME


@pytest.mark.parametrize("cells", [0, 45, 90, None])
@pytest.mark.parametrize("step", [14, 16, 20, 24])
def test_a_lattice_that_lies_near_everything_is_nobody(step: int, cells: int | None) -> None:
    for finger in range(4):
        assert biometrics.match(lattice(step, cells), template(finger, 0)) < SAME


def test_scores_are_finite_and_in_their_range() -> None:
    for one, other in itertools.product(STRANGE.values(), repeat=2):
        assert 0.0 <= biometrics.match(one, other) <= 100.0


def test_a_gallery_takes_strange_templates_and_finds_people_among_them() -> None:
    enrolled = biometrics.Gallery(compare_all=2)
    for name, strange in STRANGE.items():
        enrolled.add(name, [strange])
    enrolled.add("a person", [template(1, 0), template(1, 1)])
    assert enrolled.identify(template(1, 2), 1)[0][0] == "a person"
    for strange in STRANGE.values():
        assert enrolled.identify(strange, 1) is not None
