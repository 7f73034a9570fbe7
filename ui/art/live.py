"""The finger that is being read, as the machine sees it: flow, ridges, minutiae."""

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtQml import QmlElement

from kiosk.screens import PrintDrawing
from ui.art.items import _drawn, _Painted

QML_IMPORT_NAME = "art"
QML_IMPORT_MAJOR_VERSION = 1

# In pixels of the print, at 500 dpi.
_STROKE, _POINTER, _MARK = 5.0, 11.0, 3.6
_BLACK = QColor("black")


@QmlElement
class LivePrint(_Painted):
    """Draws what `facts.screen.drawing` holds, upright in the item's box, and keeps nothing.

    `reveal` (0 to 1) brings in the flow, the ridges and the minutiae one after another. Endings are
    round and bifurcations square, because colour is never the only difference.
    """

    changed = Signal()
    facts = _drawn(QObject, "facts", None, changed)
    reveal = _drawn(float, "reveal", 1.0, changed)
    flowColor = _drawn(QColor, "flowColor", _BLACK, changed)
    ridgeColor = _drawn(QColor, "ridgeColor", _BLACK, changed)
    markColor = _drawn(QColor, "markColor", _BLACK, changed)

    def paint(self, painter: QPainter) -> None:
        """Draw the layers that are revealed so far."""
        print_: PrintDrawing | None = getattr(getattr(self.facts, "screen", None), "drawing", None)
        if print_ is None:
            return
        box = _finger(print_)
        scale = min(self.width() / box.width(), self.height() / box.height())
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        painter.translate(-box.center())
        painter.setOpacity(self._shown(0))
        self._draw_flow(painter, print_)
        painter.setOpacity(self._shown(1))
        self._draw_ridges(painter, print_)
        painter.setOpacity(self._shown(2))
        self._draw_marks(painter, print_)

    def _shown(self, layer: int) -> float:
        return max(0.0, min(1.0, 3.0 * float(self.reveal) - layer))

    def _draw_flow(self, painter: QPainter, print_: PrintDrawing) -> None:
        painter.setPen(QPen(self.flowColor, 1.2))
        for x, y, angle in print_.flow:
            along = QPointF(_STROKE * math.cos(angle), -_STROKE * math.sin(angle))
            painter.drawLine(QPointF(x, y) - along, QPointF(x, y) + along)

    def _draw_ridges(self, painter: QPainter, print_: PrintDrawing) -> None:
        lines = QImage(
            print_.ridges, print_.width, print_.height, print_.width, QImage.Format.Format_Alpha8
        )
        tinted = QImage(lines.size(), QImage.Format.Format_ARGB32_Premultiplied)
        tinted.fill(self.ridgeColor)
        with_lines = QPainter(tinted)
        with_lines.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        with_lines.drawImage(0, 0, lines)
        with_lines.end()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, tinted)

    def _draw_marks(self, painter: QPainter, print_: PrintDrawing) -> None:
        painter.setPen(QPen(self.markColor, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for mark in print_.marks:
            at = QPointF(mark.x, mark.y)
            square = QRectF(at.x() - _MARK, at.y() - _MARK, 2 * _MARK, 2 * _MARK)
            if mark.ending:
                painter.drawEllipse(square)
            else:
                painter.drawRect(square)
            turn = QPointF(math.cos(mark.direction_rad), -math.sin(mark.direction_rad))
            painter.drawLine(at + turn * _MARK, at + turn * _POINTER)


def _finger(print_: PrintDrawing) -> QRectF:
    """The box around the finger, so that it fills the item wherever it lay on the glass."""
    if not print_.flow:
        return QRectF(0, 0, print_.width, print_.height)
    across = [x for x, _, _ in print_.flow]
    down = [y for _, y, _ in print_.flow]
    box = QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down)))
    edge = 2 * _POINTER
    return box.adjusted(-edge, -edge, edge, edge)
