"""Painted Qt Quick items: icons, guilloche, the fingerprint and banknotes.

They paint with QPainter, so that the software renderer and a graphics card show the same lines.
"""

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Property, QByteArray, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem
from PySide6.QtSvg import QSvgRenderer

from ui.art import guilloche, ridges

QML_IMPORT_NAME = "art"
QML_IMPORT_MAJOR_VERSION = 1

ASSETS = Path(__file__).parents[2] / "assets"
Curves = list[list[tuple[float, float]]]


@cache
def _svg(name: str) -> str:
    folder = "brand" if name == "meridian" else "icons"
    return (ASSETS / folder / f"{name}.svg").read_text()


@cache
def _ridges() -> QPainterPath:
    path = QPainterPath()
    for flat in json.loads((ASSETS / "art" / "fingerprint.json").read_text()):
        points = list(zip(flat[::2], flat[1::2], strict=True))
        path.moveTo(*points[0])
        for (x0, y0), (x1, y1) in pairwise(points[1:]):
            path.quadTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2)
        path.lineTo(*points[-1])
    return path


def _path(curves: Curves) -> QPainterPath:
    path = QPainterPath()
    for curve in curves:
        path.moveTo(*curve[0])
        for point in curve[1:]:
            path.lineTo(*point)
    return path


@cache
def _rosette(radius: float, hollow: float) -> QPainterPath:
    return _path(guilloche.rosette(radius, hollow))


@cache
def _note_lines(width: float, height: float) -> QPainterPath:
    path = QPainterPath()
    radius = 0.36 * height
    path.addPath(
        _path(guilloche.seal(radius)).translated(width - radius - 0.11 * height, height / 2)
    )
    wave = _path(guilloche.band(width - 2 * radius - 0.30 * height, 0.40 * height, 9, 2.1, 0.5))
    path.addPath(wave.translated(0.10 * height, 0.53 * height))
    return path


class _Painted(QQuickPaintedItem):
    """Anti-aliased, and painted again when its size or a property changes."""

    changed: Any

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self.setAntialiasing(True)
        self.drawn: dict[str, Any] = {}

    def geometryChange(self, new: QRectF | QRect, old: QRectF | QRect) -> None:
        """Paint again in the new size."""
        super().geometryChange(new, old)
        self.update()


def _drawn(kind: type, name: str, default: object, changed: Signal) -> Any:
    """A property that paints the item again when it is set; `changed` is of the same class."""

    def write(self: _Painted, value: object) -> None:
        if self.drawn.get(name, default) != value:
            self.drawn[name] = value
            self.changed.emit()
            self.update()

    return Property(kind, lambda self: self.drawn.get(name, default), write, notify=changed)


_BLACK = QColor("black")
_RIDGE = 14.5


@QmlElement
class Icon(_Painted):
    """A Lucide icon by `name` (a file of assets/icons, or the brand's mark), in one `color`."""

    changed = Signal()
    name = _drawn(str, "name", "", changed)
    color = _drawn(QColor, "color", _BLACK, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the icon into the item's box."""
        if self.name:
            svg = _svg(self.name).replace("currentColor", self.color.name())
            QSvgRenderer(QByteArray(svg.encode())).render(painter, self.boundingRect())


@QmlElement
class Guilloche(_Painted):
    """A rosette about the item's centre, from `hollow` (a share of the radius) outwards."""

    changed = Signal()
    color = _drawn(QColor, "color", _BLACK, changed)
    hollow = _drawn(float, "hollow", 0.6, changed)
    stroke = _drawn(float, "stroke", 1.0, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the rosette."""
        radius = max(self.width(), self.height()) / 2 - self.stroke
        painter.translate(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(self.color, self.stroke))
        painter.drawPath(_rosette(round(radius, 1), round(radius * self.hollow, 1)))


@QmlElement
class Fingerprint(_Painted):
    """The fingerprint; `progress` (0 to 1) lights it from below."""

    changed = Signal()
    color = _drawn(QColor, "color", _BLACK, changed)
    litColor = _drawn(QColor, "litColor", _BLACK, changed)
    progress = _drawn(float, "progress", 0.0, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the ridges, lit ones below the line of progress."""
        room = 2 * _RIDGE
        scale = min(self.width() / (ridges.WIDTH + room), self.height() / (ridges.HEIGHT + room))
        painter.scale(scale, scale)
        painter.translate(_RIDGE, _RIDGE)
        line = ridges.HEIGHT * (1.0 - self.progress)
        for color, top, bottom in (
            (self.color, -_RIDGE, line),
            (self.litColor, line, ridges.HEIGHT + _RIDGE),
        ):
            pen = QPen(color, _RIDGE)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.setClipRect(QRectF(-_RIDGE, top, ridges.WIDTH + room, bottom - top))
            painter.drawPath(_ridges())


@QmlElement
class Ring(_Painted):
    """A ring of which `share` (0 to 1) is left, clockwise from the top."""

    changed = Signal()
    color = _drawn(QColor, "color", _BLACK, changed)
    track = _drawn(QColor, "track", _BLACK, changed)
    share = _drawn(float, "share", 1.0, changed)
    stroke = _drawn(float, "stroke", 12.0, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the track and the rest of the time on it."""
        half = self.stroke / 2
        box = self.boundingRect().adjusted(half, half, -half, -half)
        painter.setPen(QPen(self.track, self.stroke))
        painter.drawEllipse(box)
        pen = QPen(self.color, self.stroke)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, 90 * 16, round(-min(1.0, self.share) * 360 * 16))


_INKS = {
    5: ("#4A5560", "#ECEFF1"),
    10: ("#8C1F1B", "#F8E4E1"),
    20: ("#124A86", "#E1ECF8"),
    50: ("#7A4300", "#FBEAD2"),
    100: ("#14562F", "#E2F1E5"),
    200: ("#5D4A00", "#F7EFC8"),
}


@QmlElement
class NoteFace(_Painted):
    """A banknote of our own drawing: its value in figures, a seal and a band of waves."""

    changed = Signal()
    value = _drawn(int, "value", 0, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the note into the item's box."""
        ink, paper = (QColor(c) for c in _INKS.get(self.value, ("#0B3B2D", "#E3EFE8")))
        box = self.boundingRect().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(ink, 2))
        painter.setBrush(paper)
        corner = 0.10 * self.height()
        painter.drawRoundedRect(box, corner, corner)
        lines = QColor(ink)
        lines.setAlphaF(0.62)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(lines, max(0.6, self.height() / 120)))
        painter.drawPath(_note_lines(self.width(), self.height()))
        font = QFont("Figtree")
        font.setPixelSize(round(0.40 * self.height()))
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QPointF(0.15 * self.height(), 0.46 * self.height()), str(self.value))
