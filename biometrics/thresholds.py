"""What a score means: thresholds for one candidate (1:1) and for a gallery (1:N).

Impostor scores of two different fingers were measured (docs/biometrics.md, section Thresholds).
Above the bulk their share falls exponentially with the score; the line through that tail says
how often a stranger reaches a score, and where to draw a threshold for a gallery's size.
"""

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import Engine, Template

# At or above: the same finger. A stranger reaches it in less than 1 of 10,000 comparisons as far as
# could be seen: none of 17,280 within six sets of pictures, 2 of 39,975 across them (benchmarks
# thresholds; a bootstrap over fingers gives 0 to 0.03 % across).
THRESHOLD_FMR_0_01_PERCENT = 25.0

# The same with minutiae found by the network: within the sets 4 of 17,280 reach 25, none 26; across
# them none of 39,975 reaches 25.
THRESHOLD_OF_NETWORK = 26.0

# Through what was seen within the sets at 20 (0.47 %) and 24 (0.023 %); across them it is less, and
# falls faster. Share of strangers at or above a score s: exp(_TAIL_HEIGHT - _TAIL_FALL * s).
_TAIL_HEIGHT = 9.66
_TAIL_FALL = 0.755

# Three impressions are enrolled; they are alike, so three chances are an upper bound.
_CHANCES_A_FINGER = 3.0
FALSE_IDENTIFICATION_GOAL = 0.001
# Even among few. Synthetic fingers are more alike than people's, and a small overlap can flatter.
IDENTIFICATION_FLOOR = 28.0
# The best must lead the runner-up by this many points of score.
MARGIN = 5.0
# Beyond this many fingers the tail is guessed, not measured: ask for the number.
MAX_GALLERY = 10_000


def verification_threshold(probe: Template) -> float:
    """The score at which one candidate is taken for the probe's finger (1:1)."""
    return THRESHOLD_OF_NETWORK if probe.engine is Engine.NETWORK else THRESHOLD_FMR_0_01_PERCENT


class Answer(enum.Enum):
    """Who a probe belongs to, as far as a gallery can tell."""

    IDENTIFIED = "identified"
    NOBODY = "nobody"
    NUMBER_NEEDED = "number-needed"


@dataclass(frozen=True)
class Identification:
    """`finger` is the gallery's id when `answer` is IDENTIFIED, else None."""

    answer: Answer
    finger: str | None = None


def false_match_rate(score: float) -> float:
    """Share of strangers' comparisons that reach `score`, 0 to 1, by the fitted tail."""
    return min(1.0, math.exp(_TAIL_HEIGHT - _TAIL_FALL * score))


def identification_threshold(fingers: int) -> float:
    """The score a probe must reach among `fingers` enrolled fingers, each with up to three
    impressions, so that at most 0.1 % of strangers' probes are taken for somebody."""
    allowed = FALSE_IDENTIFICATION_GOAL / (max(1, fingers) * _CHANCES_A_FINGER)
    needed = (_TAIL_HEIGHT - math.log(allowed)) / _TAIL_FALL
    return max(IDENTIFICATION_FLOOR, needed)


def decide(ranked: Sequence[tuple[str, float]], fingers: int) -> Identification:
    """Judge what `Gallery.identify(probe, 2)` answered, in a gallery of `fingers`."""
    if fingers > MAX_GALLERY:
        return Identification(Answer.NUMBER_NEEDED)
    if not ranked or ranked[0][1] < THRESHOLD_FMR_0_01_PERCENT:
        return Identification(Answer.NOBODY)
    finger, score = ranked[0]
    lead = score - ranked[1][1] if len(ranked) > 1 else math.inf
    if score < identification_threshold(fingers) or lead < MARGIN:
        return Identification(Answer.NUMBER_NEEDED)
    return Identification(Answer.IDENTIFIED, finger)
