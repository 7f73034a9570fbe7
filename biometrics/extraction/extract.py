"""A picture of a finger becomes a template."""

from collections.abc import Sequence

import numpy as np

from biometrics.arrays import Gray
from biometrics.errors import NotAFingerprint, PoorQuality, TooLarge
from biometrics.extraction import network, normalisation
from biometrics.extraction.minutiae import Candidate
from biometrics.extraction.normalisation import MAX_DPI, MIN_DPI
from biometrics.extraction.pipeline import Ridges, minutiae_of, see_ridges
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


def extract(gray: Gray, dpi: int = 500, engine: Engine = Engine.RIDGES) -> Template:
    """The template of a picture.

    `gray`: uint8[h, w], ridges dark. `dpi`: dots an inch, 200 to 2000; the picture is brought to
    500. Raises NotAFingerprint, PoorQuality with what to do about it, TooLarge for more than
    MAX_SIDE_PX at 500 dpi, EngineMissing, and ValueError for an array or a dpi that is none of the
    above. On one core 388 x 374 pixels take about 0.1 s, with the network 1 s.
    """
    seen = see(gray, dpi)
    ridges = minutiae_of(seen)
    quality = judge(seen, len(ridges))
    if quality.guidance is Guidance.NO_FINGER:
        raise NotAFingerprint("No fingerprint can be seen in this picture.")
    found = scored(seen, ridges, engine)
    if len(found) < LEAST_MINUTIAE:
        message = "Too little of the finger can be read. Please try again."
        raise PoorQuality(message, quality.guidance, quality.score)
    return build(seen, found, quality, engine)


def assess(gray: Gray, dpi: int = 500) -> Quality:
    """How good a picture is, for a screen that looks at one after another; takes as `extract`.

    What is no fingerprint has score 0 and NO_FINGER. Raises TooLarge and ValueError.
    """
    try:
        seen = see(gray, dpi)
    except NotAFingerprint:
        return NO_FINGER
    return judge(seen, len(minutiae_of(seen)))


def see(gray: Gray, dpi: int = 500) -> Ridges:
    """The ridges of a picture, for `extract`, `assess` and drawings; same arguments and errors."""
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


def scored(
    seen: Ridges, ridges: Sequence[Candidate], engine: Engine
) -> list[tuple[float, Candidate]]:
    """The engine's minutiae with their reliability, 0 to 1; `ridges` are those of the ridges."""
    if engine is Engine.NETWORK:
        return network.find_minutiae(seen.gray)
    return [(_reliability(seen, c.y, c.x), c) for c in ridges]


def build(
    seen: Ridges, found: Sequence[tuple[float, Candidate]], quality: Quality, engine: Engine
) -> Template:
    """The template of what was seen; of too many minutiae the most reliable are kept."""
    best = sorted(found, key=lambda pair: -pair[0])[:MAX_MINUTIAE]
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
    return Template(width, height, quality.score, minutiae, field, engine=engine)


def _reliability(seen: Ridges, y: int, x: int) -> float:
    """0 to 1: how parallel and how periodic the ridges are around a pixel."""
    coherence = float(seen.flow.coherence[y // FIELD_STEP_PX, x // FIELD_STEP_PX])
    row, column = (y + HOP_PX // 2) // HOP_PX, (x + HOP_PX // 2) // HOP_PX
    return float(np.sqrt(max(0.0, coherence) * float(seen.found.periodicity[row, column])))
