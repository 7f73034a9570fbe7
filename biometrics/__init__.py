"""Fingerprints: a picture becomes a template, two templates become a score."""

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
from biometrics.extraction.extract import extract
from biometrics.gallery import Gallery
from biometrics.matching.score import compare
from biometrics.template import Template
from biometrics.thresholds import THRESHOLD_FMR_0_01_PERCENT


def match(probe: Template, candidate: Template) -> float:
    """How alike two impressions are: 0 and up, higher is more alike."""
    return compare(probe.features, candidate.features)


__all__ = [
    "THRESHOLD_FMR_0_01_PERCENT",
    "BadPicture",
    "BiometricsError",
    "Gallery",
    "NotAFingerprint",
    "PoorQuality",
    "Template",
    "TemplateError",
    "TooLarge",
    "Unreadable",
    "WrongFormat",
    "extract",
    "match",
]
