"""A picture of a finger becomes a template."""

import numpy as np

from biometrics.arrays import Gray
from biometrics.errors import NotAFingerprint
from biometrics.extraction import normalisation
from biometrics.extraction.pipeline import Ridges, minutiae_of, see_ridges
from biometrics.extraction.spectra import HOP_PX
from biometrics.template import (
    BIFURCATION,
    ENDING,
    FIELD_STEP_PX,
    MAX_MINUTIAE,
    OUTSIDE,
    Minutiae,
    OrientationField,
    Template,
)


def extract(gray: Gray, dpi: int = 500) -> Template:
    """The template of a picture, uint8[h, w] with dark ridges, of `dpi` dots an inch."""
    gray = normalisation.resample(gray, dpi)
    seen = see_ridges(gray)
    if not seen.mask.any():
        raise NotAFingerprint("No fingerprint can be seen in this picture.")
    return build(seen)


def build(seen: Ridges) -> Template:
    """The template of what was seen."""
    shape = seen.gray.shape
    scored = [(_reliability(seen, c.y, c.x), c) for c in minutiae_of(seen)]
    scored.sort(key=lambda pair: -pair[0])
    del scored[MAX_MINUTIAE:]
    degrees = np.round(np.rad2deg(seen.flow.radians())).astype(np.int32) % 180
    cells = np.asarray(np.where(seen.mask, degrees, OUTSIDE), dtype=np.uint8)
    minutiae = Minutiae(
        np.array([c.x for _, c in scored], np.uint16),
        np.array([c.y for _, c in scored], np.uint16),
        np.array([round(c.heading / np.pi * 128) % 256 for _, c in scored], np.uint8),
        np.array([ENDING if c.ending else BIFURCATION for _, c in scored], np.uint8),
        np.array([max(1, min(100, round(100 * score))) for score, _ in scored], np.uint8),
    )
    return Template(shape[1], shape[0], 50, minutiae, OrientationField(cells))


def _reliability(seen: Ridges, y: int, x: int) -> float:
    """0 to 1: how parallel and how periodic the ridges are around a pixel."""
    coherence = float(seen.flow.coherence[y // FIELD_STEP_PX, x // FIELD_STEP_PX])
    row, column = (y + HOP_PX // 2) // HOP_PX, (x + HOP_PX // 2) // HOP_PX
    return float(np.sqrt(max(0.0, coherence) * float(seen.found.periodicity[row, column])))
