"""Fingerprints: a picture becomes a template, two templates become a score."""

from biometrics.drawing import Mark, Overlay, draw, overlay
from biometrics.errors import (
    BadPicture,
    BiometricsError,
    EngineMissing,
    NotAFingerprint,
    PoorQuality,
    TemplateError,
    TooLarge,
    Unreadable,
    WrongFormat,
)
from biometrics.extraction.extract import assess, extract
from biometrics.gallery import Gallery
from biometrics.quality import ENROLMENT_FLOOR, Guidance, Quality
from biometrics.template import Engine, Template
from biometrics.thresholds import THRESHOLD_FMR_0_01_PERCENT


def match(probe: Template, candidate: Template) -> float:
    """How alike two impressions are: 0 to 100, higher is more alike.

    At or above THRESHOLD_FMR_0_01_PERCENT, 25, they are taken for one finger. It is set so that a
    stranger reaches it in 1 of 10,000 comparisons, as far as the pairs can show.
    Measured on the six public sets FVC2000 DB2 and DB3, FVC2002
    DB1 and DB3, FVC2004 DB1 and DB3 (B) by `benchmarks.thresholds`: none of 17,280 impostor pairs
    within the sets (so at most 0.017 % with 95 % certainty) and 2 of 39,975 across them (0.005 %,
    0 to 0.03 % by a bootstrap over fingers). Single impressions of one finger miss it in 8.2 % of
    pairs there, because of small overlaps and stretched skin; the best of three enrolled in 1.7 %.
    Some 0.3 ms after the first call, which loads compiled code. More in docs/biometrics.md.
    """
    # Late, because it loads compiled code, which a machine that only reads fingers never needs.
    from biometrics.matching.score import compare

    return compare(probe.features, candidate.features)


__all__ = [
    "ENROLMENT_FLOOR",
    "THRESHOLD_FMR_0_01_PERCENT",
    "BadPicture",
    "BiometricsError",
    "Engine",
    "EngineMissing",
    "Gallery",
    "Guidance",
    "Mark",
    "NotAFingerprint",
    "Overlay",
    "PoorQuality",
    "Quality",
    "Template",
    "TemplateError",
    "TooLarge",
    "Unreadable",
    "WrongFormat",
    "assess",
    "draw",
    "extract",
    "match",
    "overlay",
]
