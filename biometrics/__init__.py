"""Fingerprints: a picture becomes a template, two templates become a score."""

from biometrics.drawing import Mark, Overlay, draw, overlay
from biometrics.errors import (
    BadPicture,
    BiometricsError,
    NotAFingerprint,
    PoorQuality,
    TemplateError,
    TooLarge,
    Unreadable,
    WrongFormat,
)
from biometrics.extraction.extract import assess, extract
from biometrics.gallery import Gallery
from biometrics.matching.score import compare
from biometrics.quality import ENROLMENT_FLOOR, Guidance, Quality
from biometrics.template import Template
from biometrics.thresholds import THRESHOLD_FMR_0_01_PERCENT


def match(probe: Template, candidate: Template) -> float:
    """How alike two impressions are: 0 and up, higher is more alike."""
    return compare(probe.features, candidate.features)


__all__ = [
    "ENROLMENT_FLOOR",
    "THRESHOLD_FMR_0_01_PERCENT",
    "BadPicture",
    "BiometricsError",
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
