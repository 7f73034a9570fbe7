"""Fingerprints: a picture becomes a template, two templates become a score."""

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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

# Each name is loaded with its own module, when it is first asked for (PEP 562): a bank server only
# compares templates, and never needs OpenCV, which reads pictures.
_HOMES: Final = {
    "drawing": ("Mark", "Overlay", "draw", "overlay"),
    "errors": (
        *("BadPicture", "BiometricsError", "EngineMissing", "NotAFingerprint", "PoorQuality"),
        *("TemplateError", "TooLarge", "Unreadable", "WrongFormat"),
    ),
    "extraction.extract": ("assess", "extract"),
    "gallery": ("Gallery",),
    "quality": ("ENROLMENT_FLOOR", "Guidance", "Quality"),
    "template": ("Engine", "Template"),
    "thresholds": ("THRESHOLD_FMR_0_01_PERCENT",),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load `name` from its module. Errors: AttributeError."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def match(probe: "Template", candidate: "Template") -> float:
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
