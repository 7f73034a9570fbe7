"""How well fingers are told apart: the protocol of the Fingerprint Verification Competitions.

Genuine pairs: each impression against the later ones of the same finger. Impostor pairs: every
impression of a finger against every one of the later fingers (Cappelli and others 2006; FVC
itself used first impressions alone). What cannot be extracted scores below everything.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from biometrics.arrays import Array
from biometrics.errors import BadPicture, NotAFingerprint, PoorQuality, TooLarge
from biometrics.extraction.extract import extract
from biometrics.matching.score import compare
from biometrics.pictures import read
from biometrics.template import TEMPLATE_DPI, Engine, Template

MAX_PICTURES = 2000
REFUSED = -1.0

_NAME = re.compile(r"(\w+?)_(\d+)\.(tif|tiff|png|bmp|jpg|jpeg)", re.IGNORECASE)
Impressions = dict[str, dict[int, Template | None]]


@dataclass(frozen=True)
class Rates:
    """Shares, 0 to 1. `fnmr_at_fmr`: lowest FNMR while FMR is at most 1 %, 0.1 %, 0."""

    fingers: int
    pictures: int
    refused: int
    genuine_pairs: int
    impostor_pairs: int
    eer: float
    fnmr_at_fmr_1_percent: float
    fnmr_at_fmr_0_1_percent: float
    fnmr_at_fmr_0: float
    threshold_fmr_0_1_percent: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Scores:
    """float64[n] each; REFUSED where a picture gave no template.

    `genuine_quality`: int[n], the poorer quality of each genuine pair's pictures, 0 for a refused
    one.
    """

    genuine: Array
    impostor: Array
    genuine_quality: Array = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Discard:
    """Error versus discard: `fnmr` of the genuine pairs that are left at `threshold` when the
    share `discarded` of them, those of the poorest quality, is left out; float64[k] each."""

    threshold: float
    discarded: Array
    fnmr: Array


def pictures_in(folder: Path) -> dict[str, dict[int, Path]]:
    """Files named <finger>_<impression>.<ext>. Raises ValueError for none or too many."""
    found: dict[str, dict[int, Path]] = {}
    paths = [p for p in sorted(folder.iterdir()) if _NAME.fullmatch(p.name)]
    if not paths or len(paths) > MAX_PICTURES:
        raise ValueError(f"a folder of 1 to {MAX_PICTURES} pictures named FINGER_IMPRESSION.EXT")
    for path in paths:
        match = _NAME.fullmatch(path.name)
        if match is not None:
            found.setdefault(match[1], {})[int(match[2])] = path
    return found


def dpi_of(folder: Path) -> int | None:
    """What a file dpi.txt in the folder says of its pictures, as FVC sets have it; None without.

    Raises ValueError when it says no number.
    """
    note = folder / "dpi.txt"
    if not note.is_file():
        return None
    with note.open(encoding="ascii", errors="replace") as file:
        words = file.read(100).split()
    if not words or not words[0].isdecimal():
        raise ValueError(f"{note} does not begin with a number")
    return int(words[0])


def templates_of(
    pictures: dict[str, dict[int, Path]], dpi: int | None, engine: Engine = Engine.RIDGES
) -> Impressions:
    """Extract all; None for a picture that is refused. `dpi` None: the file's, or 500.

    Raises EngineMissing.
    """
    return {
        finger: {number: _template(path, dpi, engine) for number, path in sorted(each.items())}
        for finger, each in pictures.items()
    }


def _template(path: Path, dpi: int | None, engine: Engine) -> Template | None:
    try:
        picture = read(path)
        return extract(picture.gray, dpi or picture.dpi or TEMPLATE_DPI, engine)
    except (BadPicture, NotAFingerprint, PoorQuality, TooLarge):
        return None


def score_all(impressions: Impressions, on_pair: Callable[[], None] | None = None) -> Scores:
    """Match all genuine and impostor pairs."""
    genuine: list[float] = []
    impostor: list[float] = []
    quality: list[int] = []
    for same, probe, candidate in _pairs(impressions):
        score = REFUSED
        if probe is not None and candidate is not None:
            score = compare(probe.features, candidate.features)
        (genuine if same else impostor).append(score)
        if same:
            quality.append(min(each.quality if each else 0 for each in (probe, candidate)))
        if on_pair is not None:
            on_pair()
    return Scores(np.array(genuine), np.array(impostor), np.array(quality))


def _pairs(impressions: Impressions) -> Iterator[tuple[bool, Template | None, Template | None]]:
    fingers = list(impressions.values())
    for at, finger in enumerate(fingers):
        mine = list(finger.values())
        for k, probe in enumerate(mine):
            for candidate in mine[k + 1 :]:
                yield True, probe, candidate
            for other in fingers[at + 1 :]:
                for candidate in other.values():
                    yield False, probe, candidate


def error_curve(scores: Scores) -> tuple[Array, Array, Array]:
    """Thresholds, FMR and FNMR at them, float64[k] each; a pair is accepted at or above."""
    genuine, impostor = np.sort(scores.genuine), np.sort(scores.impostor)
    steps = np.unique(np.concatenate([genuine, impostor]))
    steps = steps[steps > REFUSED]
    steps = np.concatenate([steps, [steps[-1] + 1e-9 if len(steps) else 0.0]])
    fmr = 1.0 - np.searchsorted(impostor, steps, "left") / max(1, len(impostor))
    fnmr = np.searchsorted(genuine, steps, "left") / max(1, len(genuine))
    return steps, fmr, fnmr


def rates(impressions: Impressions, scores: Scores) -> Rates:
    """Sum up. Raises ValueError when there is no genuine or no impostor pair."""
    if not len(scores.genuine) or not len(scores.impostor):
        raise ValueError("two fingers with two impressions each are needed at least")
    steps, fmr, fnmr = error_curve(scores)
    crossing = int(np.argmax(fmr <= fnmr))
    every = [t for finger in impressions.values() for t in finger.values()]

    def at(limit: float) -> int:
        return int(np.argmax(fmr <= limit))

    return Rates(
        fingers=len(impressions),
        pictures=len(every),
        refused=sum(t is None for t in every),
        genuine_pairs=len(scores.genuine),
        impostor_pairs=len(scores.impostor),
        eer=float((fmr[crossing] + fnmr[crossing]) / 2),
        fnmr_at_fmr_1_percent=float(fnmr[at(0.01)]),
        fnmr_at_fmr_0_1_percent=float(fnmr[at(0.001)]),
        fnmr_at_fmr_0=float(fnmr[at(0.0)]),
        threshold_fmr_0_1_percent=float(steps[at(0.001)]),
    )


def discard_curve(scores: Scores, threshold: float) -> Discard:
    """What leaving out up to half of the pairs by quality would save (Grother and Tabassi 2007).

    A quality that foretells nothing gives a level line.
    """
    order = np.argsort(scores.genuine_quality, kind="stable")
    missed = (scores.genuine < threshold)[order]
    left_out = np.arange(len(missed) // 2 + 1)
    remaining = missed.sum() - np.concatenate([[0], np.cumsum(missed)])[left_out]
    pairs = max(1, len(missed))
    return Discard(threshold, left_out / pairs, remaining / np.maximum(pairs - left_out, 1))
