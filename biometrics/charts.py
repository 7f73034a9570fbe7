"""Charts of an evaluation, each a Pillow picture: DET curve, score histograms, discard curve.

Every chart is drawn in four times its pixels and brought down, which smooths its lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from biometrics.arrays import Array
from biometrics.evaluation import REFUSED, Discard, Scores, error_curve

WIDTH_PX, HEIGHT_PX = 760, 560
_FINE = 4
_LEFT, _TOP, _RIGHT, _BOTTOM = 92, 84, 36, 76
_INK, _SOFT, _GRID = (13, 31, 25), (62, 79, 72), (222, 226, 220)
_GENUINE, _IMPOSTOR, _MARK = (7, 86, 59), (142, 23, 17), (164, 104, 8)
_TEXT_PX, _TITLE_PX = 15, 18

Colour = tuple[int, int, int]
# A place on an axis, 0 to 1, and what is written there.
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class _Frame:
    """Where a chart's axes lie, in pixels; shares from 0 to 1 run right and up."""

    left: int = _LEFT
    top: int = _TOP
    right: int = WIDTH_PX - _RIGHT
    bottom: int = HEIGHT_PX - _BOTTOM

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (
            _FINE * (self.left + x * (self.right - self.left)),
            _FINE * (self.bottom - y * (self.bottom - self.top)),
        )


class _Sheet:
    """A white sheet with a title, on which axes, lines, bars and words are drawn."""

    def __init__(self, title: str) -> None:
        size = (WIDTH_PX * _FINE, HEIGHT_PX * _FINE)
        self._picture = Image.new("RGB", size, (255, 255, 255))
        self._pen = ImageDraw.Draw(self._picture)
        self.words((_LEFT * _FINE, 30 * _FINE), title, _INK, "lm", _TITLE_PX)

    def words(
        self,
        at: tuple[float, float],
        text: str,
        colour: Colour = _SOFT,
        anchor: str = "mm",
        size_px: int = _TEXT_PX,
    ) -> None:
        font = ImageFont.load_default(size_px * _FINE)
        self._pen.text(at, text, fill=colour, font=font, anchor=anchor)

    def axes(self, frame: _Frame, across: Ticks, up: Ticks, names: tuple[str, str]) -> None:
        for place, text in across:
            x, y = frame.at(place, 0)
            self._pen.line([frame.at(place, 0), frame.at(place, 1)], _GRID, _FINE)
            self.words((x, y + 16 * _FINE), text)
        for place, text in up:
            x, y = frame.at(0, place)
            self._pen.line([frame.at(0, place), frame.at(1, place)], _GRID, _FINE)
            self.words((x - 10 * _FINE, y), text, anchor="rm")
        self._pen.line([frame.at(0, 1), frame.at(0, 0), frame.at(1, 0)], _SOFT, _FINE)
        x, y = frame.at(0.5, 0)
        self.words((x, y + 44 * _FINE), names[0], _INK)
        x, y = frame.at(0, 1)
        self.words((x, y - 14 * _FINE), names[1], _INK, "lm")

    def line(self, frame: _Frame, x: Array, y: Array, colour: Colour, width: float = 2.5) -> None:
        points = [frame.at(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        self._pen.line(points, colour, round(width * _FINE), joint="curve")

    def bars(self, frame: _Frame, edges: Array, heights: Array, colour: Colour) -> None:
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True):
            if height > 0:
                corner, foot = frame.at(float(left), float(height)), frame.at(float(right), 0)
                self._pen.rectangle((*corner, foot[0] - _FINE, foot[1]), colour)

    def dot(self, frame: _Frame, x: float, y: float, colour: Colour) -> None:
        self._pen.circle(frame.at(x, y), 5 * _FINE, colour)

    def finish(self) -> Image.Image:
        return self._picture.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)


def draw_det(scores: Scores) -> Image.Image:
    """The detection error trade-off: FNMR over FMR, both axes in decades of percent."""
    decades = 4
    _, fmr, fnmr = error_curve(scores)
    crossing = int(np.argmax(fmr <= fnmr))
    eer = float((fmr[crossing] + fnmr[crossing]) / 2)

    def place(share: Array) -> Array:
        return np.clip(np.log10(np.maximum(share, 1e-9)) / decades + 1.0, 0.0, 1.0)

    sheet, frame = _Sheet("False rejections against false acceptances"), _Frame()
    ticks = [(k / decades, f"{100 * 10.0 ** (k - decades):g} %") for k in range(decades + 1)]
    sheet.axes(frame, ticks, ticks, ("false match rate (FMR)", "false non-match rate (FNMR)"))
    sheet.line(frame, np.array([0.0, 1.0]), np.array([0.0, 1.0]), _GRID, 1.5)
    # Steps, not slopes: between two scores nothing was measured.
    x, y = place(np.repeat(fmr, 2)[1:]), place(np.repeat(fnmr, 2)[:-1])
    # Below one pair the rate is not known.
    seen = np.repeat(fmr, 2)[1:] >= 0.5 / max(1, len(scores.impostor))
    sheet.line(frame, x[seen], y[seen], _GENUINE)
    middle = float(place(np.array([eer]))[0])
    sheet.dot(frame, middle, middle, _MARK)
    at = frame.at(middle, middle)
    words = f"EER {100 * eer:.2f} %"
    sheet.words((at[0] + 12 * _FINE, at[1] - 12 * _FINE), words, _INK, "lm")
    counts = f"{len(scores.genuine):,} genuine, {len(scores.impostor):,} impostor pairs"
    sheet.words(frame.at(1, 1.0), counts, _SOFT, "rd")
    return sheet.finish()


def draw_histograms(scores: Scores, threshold: float) -> Image.Image:
    """Scores of impostor pairs (above) and genuine pairs (below), with the threshold that ships."""
    genuine, impostor = (s[s > REFUSED] for s in (scores.genuine, scores.impostor))
    top = max(10.0, *(float(s.max(initial=0.0)) for s in (genuine, impostor)), threshold)
    top = 10.0 * np.ceil(top / 10.0)
    edges = np.linspace(0.0, top, 51)
    sheet = _Sheet("Scores of pairs")
    middle = (_TOP + HEIGHT_PX - _BOTTOM) // 2
    frames = (_Frame(bottom=middle - 26), _Frame(top=middle + 30))
    across = [(value / top, f"{value:g}") for value in np.linspace(0.0, top, 6)]
    kinds = ((impostor, "two fingers", _IMPOSTOR), (genuine, "one finger", _GENUINE))
    for frame, (values, name, colour) in zip(frames, kinds, strict=True):
        counts, _ = np.histogram(values, edges)
        shares = counts / max(1, len(values))
        most = max(0.01, float(shares.max(initial=0.0)))
        up = [(0.0, "0"), (1.0, f"{100 * most:.0f} %")]
        label = "score" if frame is frames[1] else ""
        sheet.axes(frame, across, up, (label, f"{name}: {len(values):,} pairs"))
        sheet.bars(frame, edges / top, shares / most, colour)
        at = threshold / top
        sheet.line(frame, np.array([at, at]), np.array([0.0, 1.0]), _MARK, 2)
        beyond = float((values >= threshold).mean()) if len(values) else 0.0
        words = f"{100 * beyond:.3g} % at or above {threshold:g}"
        sheet.words(frame.at(at + 0.012, 0.92), words, _INK, "lm")
    return sheet.finish()


def draw_discard(curve: Discard) -> Image.Image:
    """Error versus discard: FNMR when the pairs of poorest quality are left out."""
    sheet, frame = _Sheet("Quality foretells false rejection"), _Frame()
    most = max(0.01, float(curve.fnmr.max(initial=0.0)) * 1.5)
    reach = float(curve.discarded.max(initial=0.0)) or 1.0
    across = [(k / 5, f"{100 * reach * k / 5:.0f} %") for k in range(6)]
    up = [(k / 4, f"{100 * most * k / 4:.1f} %") for k in range(5)]
    names = (
        "pairs left out, those of the poorest picture first",
        f"FNMR of the rest at score {curve.threshold:g}",
    )
    sheet.axes(frame, across, up, names)
    x = curve.discarded / reach
    best = np.clip((curve.fnmr[0] - curve.discarded) / np.maximum(1 - curve.discarded, 1e-9), 0, 1)
    sheet.line(frame, x, np.full(len(x), curve.fnmr[0] / most), _SOFT, 1.5)
    sheet.line(frame, x, best / most, _MARK, 1.5)
    sheet.line(frame, x, curve.fnmr / most, _GENUINE)
    for words, row, colour in (
        ("by our quality", 0.93, _GENUINE),
        ("at random", 0.87, _SOFT),
        ("by an oracle", 0.81, _MARK),
    ):
        sheet.words(frame.at(1, row), words, colour, "rm")
    return sheet.finish()
