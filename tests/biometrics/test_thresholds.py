"""The score that takes a probe for one candidate's finger depends on what found its minutiae."""

from dataclasses import replace

import pytest

from biometrics import Engine
from biometrics.thresholds import (
    THRESHOLD_FMR_0_01_PERCENT,
    THRESHOLD_OF_NETWORK,
    verification_threshold,
)
from tests.biometrics.fingers import template


@pytest.mark.parametrize(
    ("engine", "score"),
    [
        (Engine.RIDGES, THRESHOLD_FMR_0_01_PERCENT),
        (Engine.NETWORK, THRESHOLD_OF_NETWORK),
        (None, THRESHOLD_FMR_0_01_PERCENT),
    ],
)
def test_the_networks_probes_need_more(engine: Engine | None, score: float) -> None:
    assert verification_threshold(replace(template(1, 0), engine=engine)) == score
    assert THRESHOLD_OF_NETWORK > THRESHOLD_FMR_0_01_PERCENT
