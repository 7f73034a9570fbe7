"""A picture of a finger becomes a template."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Gray, Mask
from biometrics.errors import NotAFingerprint, PoorQuality, TooLarge
from biometrics.extraction import network, normalisation
from biometrics.extraction.minutiae import Candidate
from biometrics.extraction.normalisation import MAX_DPI, MIN_DPI
from biometrics.extraction.pipeline import Ridges, depth_of, minutiae_of, see_ridges, thinned
from biometrics.extraction.spectra import HOP_PX
from biometrics.quality import NO_FINGER, Guidance, Quality, judge
from biometrics.template import (
    BIFURCATION,
    ENDING,
    FIELD_STEP_PX,
    MAX_MINUTIAE,
    OUTSIDE,
    Engine,
    Minutiae,
    OrientationField,
    Template,
)

# At 500 dpi: 3 mm to 61 mm. A finger's picture is about 20 mm.
MIN_SIDE_PX, MAX_SIDE_PX = 64, 1200
LEAST_MINUTIAE = 8


@dataclass(frozen=True, eq=False)
class Impression:
    """One look at a picture: what was seen, and what was found in it.

    `lines`: bool[h, w], thinned ridges. `found`: minutiae with their reliability, 0 to 1.
    """

    seen: Ridges
    lines: Mask
    found: Sequence[tuple[float, Candidate]]
    quality: Quality
    engine: Engine


def extract(gray: Gray, dpi: int = 500, engine: Engine = Engine.RIDGES) -> Template:
    """The template of a picture.

    `gray`: uint8[h, w], ridges dark. `dpi`: dots an inch, 200 to 2000; the picture is brought to
    500. Raises NotAFingerprint, PoorQuality with what to do about it, TooLarge for more than
    MAX_SIDE_PX at 500 dpi, EngineMissing, and ValueError for an array or a dpi that is none of the
    above. On one core 388 x 374 pixels take about 0.1 s, with the network 1 s.
    """
    return template_of(look(gray, dpi, engine))


def look(gray: Gray, dpi: int = 500, engine: Engine = Engine.RIDGES) -> Impression:
    """As `extract`, but a picture that is poor or no finger is judged, not refused."""
    seen = see(gray, dpi)
    lines = thinned(seen)
    ridges = minutiae_of(seen, lines)
    quality = judge(seen, len(ridges))
    found: Sequence[tuple[float, Candidate]]
    if engine is Engine.NETWORK and quality.guidance is not Guidance.NO_FINGER:
        found = network.find_minutiae(seen.gray, depth_of(seen))
    else:
        found = [(_reliability(seen, each.y, each.x), each) for each in ridges]
    return Impression(seen, lines, found, quality, engine)


def template_of(impression: Impression) -> Template:
    """The template of an impression. Raises NotAFingerprint and PoorQuality."""
    quality = impression.quality
    if quality.guidance is Guidance.NO_FINGER:
        raise NotAFingerprint("No fingerprint can be seen in this picture.")
    if len(impression.found) < LEAST_MINUTIAE:
        message = "Too little of the finger can be read. Please try again."
        raise PoorQuality(message, quality.guidance, quality.score)
    return _build(impression)


def assess(gray: Gray, dpi: int = 500) -> Quality:
    """How good a picture is, for a screen that looks at one after another; takes as `extract`.

    What is no fingerprint has score 0 and NO_FINGER. Raises TooLarge and ValueError.
    """
    try:
        return look(gray, dpi).quality
    except NotAFingerprint:
        return NO_FINGER


def see(gray: Gray, dpi: int = 500) -> Ridges:
    """The ridges of a picture; arguments and errors of `extract`."""
    if gray.ndim != 2 or gray.dtype != np.uint8:
        raise ValueError("a picture is uint8[h, w]")
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise ValueError(f"a picture has {MIN_DPI} to {MAX_DPI} dpi")
    sides = [side * 500 / dpi for side in gray.shape]
    if max(sides) > MAX_SIDE_PX:
        raise TooLarge("This picture is larger than a fingerprint. Cut it down to the finger.")
    if min(sides) < MIN_SIDE_PX:
        raise NotAFingerprint("This picture is too small for a fingerprint.")
    return see_ridges(normalisation.resample(gray, dpi))


def _build(impression: Impression) -> Template:
    """Of too many minutiae the most reliable are kept."""
    seen = impression.seen
    best = sorted(impression.found, key=lambda pair: -pair[0])[:MAX_MINUTIAE]
    degrees = np.round(np.rad2deg(seen.flow.radians())).astype(np.int32) % 180
    cells = np.asarray(np.where(seen.mask, degrees, OUTSIDE), dtype=np.uint8)
    minutiae = Minutiae(
        np.array([c.x for _, c in best], np.uint16),
        np.array([c.y for _, c in best], np.uint16),
        np.array([round(c.heading / np.pi * 128) % 256 for _, c in best], np.uint8),
        np.array([ENDING if c.ending else BIFURCATION for _, c in best], np.uint8),
        np.array([max(1, min(100, round(100 * score))) for score, _ in best], np.uint8),
    )
    height, width = seen.gray.shape
    field = OrientationField(cells)
    score = impression.quality.score
    return Template(width, height, score, minutiae, field, engine=impression.engine)


def _reliability(seen: Ridges, y: int, x: int) -> float:
    """0 to 1: how parallel and how periodic the ridges are around a pixel."""
    coherence = float(seen.flow.coherence[y // FIELD_STEP_PX, x // FIELD_STEP_PX])
    row, column = (y + HOP_PX // 2) // HOP_PX, (x + HOP_PX // 2) // HOP_PX
    return float(np.sqrt(max(0.0, coherence) * float(seen.found.periodicity[row, column])))
