"""What the machine saw of a finger, made ready for the screen."""

import numpy as np

from biometrics.drawing import overlay_of
from biometrics.extraction.extract import Impression
from kiosk.screens import PrintDrawing, PrintMark

# One stroke of the flow on every second square of the field.
_EVERY = 2


def drawing_of(impression: Impression) -> PrintDrawing:
    """The thinned ridges, the flow and the minutiae, without the picture itself."""
    over = overlay_of(impression)
    step = over.step_px
    squares = np.argwhere(over.mask[::_EVERY, ::_EVERY]) * _EVERY
    height, width = over.lines.shape
    return PrintDrawing(
        width=width,
        height=height,
        ridges=(over.lines.astype(np.uint8) * 255).tobytes(),
        flow=tuple(
            (
                column * step + step // 2,
                row * step + step // 2,
                float(over.orientation_rad[row, column]),
            )
            for row, column in squares.tolist()
        ),
        marks=tuple(PrintMark(m.x, m.y, m.direction_rad, m.ending) for m in over.marks),
    )
