"""How well fingers are told apart: the protocol of the Fingerprint Verification Competitions.

Genuine pairs: each impression against the later ones of the same finger. Impostor pairs: every
impression of a finger against every one of the later fingers (Cappelli and others 2006; FVC
itself used first impressions alone). What cannot be extracted scores below everything.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from biometrics.arrays import Array
from biometrics.errors import BiometricsError
from biometrics.extraction.extract import extract
from biometrics.matching.score import compare
from biometrics.pictures import read
from biometrics.template import TEMPLATE_DPI, Template

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
    """float64[n] each; REFUSED where a picture gave no template."""

    genuine: Array
    impostor: Array


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


def templates_of(pictures: dict[str, dict[int, Path]], dpi: int | None) -> Impressions:
    """Extract all; None for a picture that is refused. `dpi` None: the file's, or 500."""
    return {
        finger: {number: _template(path, dpi) for number, path in sorted(each.items())}
        for finger, each in pictures.items()
    }


def _template(path: Path, dpi: int | None) -> Template | None:
    try:
        picture = read(path)
        return extract(picture.gray, dpi or picture.dpi or TEMPLATE_DPI)
    except BiometricsError:
        return None


def score_all(impressions: Impressions, on_pair: Callable[[], None] | None = None) -> Scores:
    """Match all genuine and impostor pairs."""
    genuine: list[float] = []
    impostor: list[float] = []
    for same, probe, candidate in _pairs(impressions):
        score = REFUSED
        if probe is not None and candidate is not None:
            score = compare(probe.features, candidate.features)
        (genuine if same else impostor).append(score)
        if on_pair is not None:
            on_pair()
    return Scores(np.array(genuine), np.array(impostor))


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


def draw_det(scores: Scores) -> Array:
    """The detection error trade-off, uint8[h, w, 3]: FNMR over FMR, both axes in decades."""
    _, fmr, fnmr = error_curve(scores)
    side, edge, decades = 640, 70, 4
    canvas = np.full((side, side, 3), 255, np.uint8)
    inner = side - 2 * edge

    def place(share: Array) -> Array:
        return np.clip(np.log10(np.maximum(share, 1e-9)) / decades + 1.0, 0.0, 1.0)

    for step in range(decades + 1):
        along = edge + inner * step // decades
        words = f"{100 * 10.0 ** (step - decades):g} %"
        cv2.line(canvas, (along, edge), (along, side - edge), (220, 220, 220), 1)
        cv2.line(canvas, (edge, side - along), (side - edge, side - along), (220, 220, 220), 1)
        font, ink = cv2.FONT_HERSHEY_SIMPLEX, (60, 60, 60)
        cv2.putText(canvas, words, (along - 24, side - edge + 22), font, 0.42, ink, 1, cv2.LINE_AA)
        cv2.putText(canvas, words, (6, side - along + 5), font, 0.42, ink, 1, cv2.LINE_AA)
    x = edge + inner * place(fmr)
    y = side - edge - inner * place(fnmr)
    points = np.stack([x, y], axis=1).round().astype(np.int32)
    cv2.polylines(canvas, [points], False, (120, 70, 20), 2, cv2.LINE_AA)
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(canvas, "FMR", (side // 2 - 20, side - 16), font, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(canvas, "FNMR", (8, edge - 24), font, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return canvas
