"""The rules of a screen, checked on what is drawn: sizes, contrast, overlaps, line art, places.

Sizes are for 1280 x 800 on 15.6 inches: 0.2626 mm a pixel.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage
from PySide6.QtQuick import QQuickItem

from ui.gallery.render import Stage, settle, walk

Pixels = npt.NDArray[np.uint8]

PIXEL_MM = 0.2626
CAPITALS_MM = 4.8
TARGET_PX = 69
KEYPAD_PX = 76
TEXT_CONTRAST = 7.0
EDGE_CONTRAST = 3.0
ART_PX = 16
SCREEN = QRectF(0, 0, 1280, 800)
LEFT, RIGHT, CENTRE = 1, 2, 4


@dataclass(frozen=True)
class Fault:
    """A rule that a screen breaks, and what breaks it."""

    screen: str
    rule: str
    what: str


def pixels(image: QImage) -> Pixels:
    """A picture as an array of (height, width, 3) in RGB."""
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : flat.width() * 3].reshape(flat.height(), flat.width(), 3).copy()


def luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _rgb(color: Any) -> tuple[int, int, int]:
    made = QColor(color)
    return made.red(), made.green(), made.blue()


def _rect(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _text_rect(item: QQuickItem) -> QRectF:
    width, height = item.property("contentWidth"), item.property("contentHeight")
    align = item.property("aligned")
    slack = item.width() - width
    left = slack if align == RIGHT else slack / 2 if align == CENTRE else 0.0
    return item.mapRectToScene(QRectF(left, 0, width, height))


def _named(item: QQuickItem) -> str:
    return str(item.property("text") or item.property("name") or item.objectName() or "?")


def _common(shot: Pixels, rect: QRectF) -> tuple[int, int, int]:
    box = shot[
        max(0, int(rect.top())) : int(rect.bottom()) + 1,
        max(0, int(rect.left())) : int(rect.right()) + 1,
    ].reshape(-1, 3)
    codes = box[:, 0].astype(np.int64) << 16 | box[:, 1].astype(np.int64) << 8 | box[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    code = int(values[counts.argmax()])
    return code >> 16, code >> 8 & 255, code & 255


def _is(item: QQuickItem, *names: str) -> bool:
    return item.metaObject().className().startswith(names)


def _ancestors(item: QQuickItem) -> Iterator[QQuickItem]:
    parent: QQuickItem | None = item.parentItem()
    while parent:
        yield parent
        parent = parent.parentItem()


def _below(item: QQuickItem, ancestor: QQuickItem) -> bool:
    return any(parent == ancestor for parent in _ancestors(item))


class Screenshot:
    """One drawn screen: its texts, its targets, its pixels."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.name = name
        over = [i for i in walk(stage.root, lambda _: True) if _is(i, "MoreTime")]
        top = over[0] if over else stage.root
        self.items = list(walk(top, lambda _: True))
        self.texts = [i for i in self.items if i.inherits("QQuickText") and i.property("text")]
        self.inputs = [i for i in self.items if i.inherits("QQuickTextInput")]
        self.targets = [i for i in self.items if i.property("pressable") is True]
        self.shot = pixels(stage.picture())
        self.lines = self._line_art(stage)

    def _line_art(self, stage: Stage) -> npt.NDArray[np.bool_]:
        """Where line art is drawn: what changes each time it is hidden or shown again."""
        art = [i for i in self.items if _is(i, "Guilloche", "Fingerprint", "LivePrint")]
        lines = np.full(self.shot.shape[:2], bool(art))
        before = self.shot
        for shown in (False, True, False, True) if art else ():
            for item in art:
                item.setVisible(shown)
            settle()
            after = pixels(stage.picture())
            lines &= (before != after).any(axis=2)
            before = after
        return lines

    def faults(self) -> Iterator[Fault]:
        """Everything that breaks a rule."""
        for rule in (
            self._names,
            self._sizes,
            self._places,
            self._cuts,
            self._overlaps,
            self._contrasts,
            self._edges,
            self._art,
        ):
            for what in rule():
                yield Fault(self.name, rule.__name__.strip("_"), what)

    def _names(self) -> Iterator[str]:
        for item in self.targets:
            if not item.property("name"):
                yield "a screen reader has no name for a target"

    def _sizes(self) -> Iterator[str]:
        for item in self.targets:
            rect = _rect(item)
            least = KEYPAD_PX if _in(item, "Keypad") else TARGET_PX
            if min(rect.width(), rect.height()) < least:
                yield f"{_named(item)}: {rect.width():.0f} x {rect.height():.0f}"
        for item in (*self.texts, *self.inputs):
            font: QFont = item.property("font")
            capitals = QFontMetricsF(font).capHeight() * PIXEL_MM * item.scale()
            if capitals < CAPITALS_MM:
                yield f"{_named(item)}: capitals {capitals:.2f} mm"

    def _places(self) -> Iterator[str]:
        for item in (*self.targets, *self.texts):
            rect = _text_rect(item) if item in self.texts else _rect(item)
            if not SCREEN.contains(rect):
                yield f"{_named(item)}: {rect}"

    def _cuts(self) -> Iterator[str]:
        for item in self.texts:
            # A purpose of 140 characters does not fit a line: where elision is set, it is meant.
            if item.property("truncated") and not item.property("mayElide"):
                yield _named(item)
            if item.property("contentWidth") > item.width() + 1:
                yield f"{_named(item)}: wider than its place"
            if item.property("contentHeight") > item.height() + 1:
                yield f"{_named(item)}: higher than its place"

    def _overlaps(self) -> Iterator[str]:
        boxes = [(t, _text_rect(t)) for t in self.texts]
        sheets = [i for i in self.items if _is(i, "Card")]
        for text, rect in boxes:
            for sheet in sheets:
                if not _below(text, sheet) and _depth(rect, _rect(sheet)) > 3:
                    yield f"{_named(text)} runs into a sheet"
        for n, (one, rect) in enumerate(boxes):
            for other, second in boxes[n + 1 :]:
                if _depth(rect, second) > 3:
                    yield f"{_named(one)} / {_named(other)}"
            for target in self.targets:
                area = _rect(target)
                if _below(one, target):
                    if not area.adjusted(-1, -1, 1, 1).contains(rect):
                        yield f"{_named(one)} sticks out of its target"
                elif _depth(rect, area) > 1 and not _in(one, "TextField"):
                    yield f"{_named(one)} lies under {_named(target)}"
        for n, target in enumerate(self.targets):
            for second_target in self.targets[n + 1 :]:
                if _depth(_rect(target), _rect(second_target)) > 0:
                    yield f"targets {_named(target)} / {_named(second_target)}"

    def _contrasts(self) -> Iterator[str]:
        for item in (*self.texts, *self.inputs):
            if item in self.inputs and not item.property("text"):
                continue
            rect = _text_rect(item) if item in self.texts else _rect(item)
            ratio = contrast(_rgb(item.property("color")), _common(self.shot, rect))
            if ratio < TEXT_CONTRAST:
                yield f"{_named(item)}: {ratio:.2f}"

    def _edges(self) -> Iterator[str]:
        for item in self.targets:
            rect = _rect(item)
            middle = int(rect.center().y())
            around = self.shot[middle, max(0, int(rect.left()) - 4)]
            # On the strip of alternatives only the chosen one has an edge; the strip itself none.
            if _in(item, "Segmented"):
                continue
            inner = self.shot[middle, int(rect.left()) : int(rect.left()) + 6]
            best = max(contrast(_triple(around), _triple(pixel)) for pixel in inner)
            if best < EDGE_CONTRAST:
                yield f"{_named(item)}: {best:.2f}"

    def _art(self) -> Iterator[str]:
        for item in self.texts:
            rect = _text_rect(item).adjusted(-ART_PX, -ART_PX, ART_PX, ART_PX)
            near = self.lines[
                max(0, int(rect.top())) : int(rect.bottom()),
                max(0, int(rect.left())) : int(rect.right()),
            ]
            if near.any():
                yield _named(item)


def _triple(pixel: npt.NDArray[np.uint8]) -> tuple[int, int, int]:
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def _depth(one: QRectF, other: QRectF) -> float:
    both = one.intersected(other)
    return 0.0 if both.isEmpty() else min(both.width(), both.height())


def _in(item: QQuickItem, name: str) -> bool:
    return any(_is(parent, name) for parent in _ancestors(item))


def place(stage: Stage, name: str) -> QRectF | None:
    """Where a named control of the shown page stands, or None if it is not shown."""
    for item in walk(stage.root, lambda _: True):
        if item.objectName() == name:
            return _rect(item)
    return None


def write(faults: list[Fault], file: Path) -> None:
    """Write the faults as JSON."""
    file.write_text(json.dumps([asdict(fault) for fault in faults], indent=1) + "\n")
