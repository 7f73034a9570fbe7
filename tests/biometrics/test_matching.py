import dataclasses
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

import biometrics
from biometrics.synthetic import synthesise
from biometrics.template import Minutiae
from biometrics.thresholds import Answer, decide, false_match_rate, identification_threshold

sys.path.insert(0, str(Path(__file__).parent))
from fingers import template

FINGERS, IMPRESSIONS = 5, 3
SAME = biometrics.THRESHOLD_FMR_0_01_PERCENT


def test_impressions_of_one_finger_match_and_of_two_do_not() -> None:
    for finger in range(FINGERS):
        for a, b in itertools.combinations(range(IMPRESSIONS), 2):
            assert biometrics.match(template(finger, a), template(finger, b)) >= SAME
    for one, other in itertools.combinations(range(FINGERS), 2):
        for a, b in itertools.product(range(IMPRESSIONS), repeat=2):
            assert biometrics.match(template(one, a), template(other, b)) < SAME


def test_a_template_is_most_like_itself() -> None:
    itself = biometrics.match(template(1, 0), template(1, 0))
    assert itself > biometrics.match(template(1, 0), template(1, 1))


def test_the_order_of_the_two_hardly_matters() -> None:
    there = biometrics.match(template(1, 0), template(1, 1))
    back = biometrics.match(template(1, 1), template(1, 0))
    assert abs(there - back) < 0.2 * there


def test_a_turned_finger_matches() -> None:
    turned = biometrics.extract(np.ascontiguousarray(np.rot90(synthesise(1, 1))))
    assert biometrics.match(turned, template(1, 0)) >= SAME


def test_templates_without_our_field_match_too() -> None:
    def bare(finger: int, impression: int) -> biometrics.Template:
        return dataclasses.replace(template(finger, impression), field=None)

    same = biometrics.match(bare(1, 0), bare(1, 1))
    assert same >= SAME
    assert biometrics.match(bare(1, 0), template(1, 1)) >= SAME
    assert biometrics.match(bare(1, 0), bare(2, 0)) < SAME


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_too_few_minutiae_score_zero(count: int) -> None:
    whole = template(1, 0)
    few = Minutiae(
        *(getattr(whole.minutiae, name)[:count] for name in ("x", "y", "angle", "kind", "quality"))
    )
    stub = dataclasses.replace(whole, minutiae=few)
    assert biometrics.match(stub, whole) == 0.0
    assert biometrics.match(whole, stub) == 0.0
    assert biometrics.match(stub, stub) == 0.0


def test_two_that_are_close_or_too_many_need_the_number() -> None:
    high = identification_threshold(100) + 20
    assert decide([("a", high), ("b", high - 0.1)], 100).answer is Answer.NUMBER_NEEDED
    assert decide([("a", high)], 1_000_000).answer is Answer.NUMBER_NEEDED
    assert decide([("a", SAME)], 10_000).answer is Answer.NUMBER_NEEDED
    assert decide([("a", high), ("b", 1.0)], 100).finger == "a"


def test_the_threshold_rises_with_the_gallery() -> None:
    thresholds = [identification_threshold(n) for n in (1, 10, 100, 1_000, 10_000)]
    assert thresholds == sorted(thresholds)
    assert thresholds[-1] > thresholds[1]
    assert 0.0 < false_match_rate(SAME) <= 0.0001 * 1.01
