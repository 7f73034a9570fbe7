"""One look for the pictures of every family of readers: dark ridges, full range, no frame.

A driver knows its family's `Sensor` from a table. Resolution is not changed here: `extract`
resamples to 500 dpi, and does it once.
"""

from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array, Gray

_LOW_PERCENT, _HIGH_PERCENT = 1.0, 99.0
# Stretching less than this would raise the noise of an empty glass to ridges.
_LEAST_RANGE = 24.0
# Rows and columns at the edge that differ by less than this are no skin but a frame.
_FRAME_DEVIATION = 1.5
_MOST_FRAME_SHARE = 0.25


@dataclass(frozen=True)
class Sensor:
    """How a family's pictures look.

    `dpi`: of both sides. `light_ridges`: ridges are light on a dark ground. `frame_px`: so many
    pixels at each edge are never skin. `levels`: grey levels that it tells apart.
    """

    dpi: int
    light_ridges: bool = False
    frame_px: int = 0
    levels: int = 256


def normalise(picture: Gray, sensor: Sensor) -> Gray:
    """The picture as every reader should have given it: uint8, of the same shape.

    Polarity is turned if need be, what is a frame gets the tone of the ground, and grey levels
    are stretched so that the darkest hundredth is black and the lightest white.
    """
    levels = picture.astype(np.float32)
    if sensor.light_ridges:
        levels = 255.0 - levels
    top, bottom, left, right = _inside(levels, sensor.frame_px)
    inside = levels[top:bottom, left:right]
    if inside.size == 0:
        return np.full(picture.shape, 255, np.uint8)
    low, high = np.percentile(inside, (_LOW_PERCENT, _HIGH_PERCENT))
    if high - low < _LEAST_RANGE:
        middle = (high + low) / 2
        low, high = middle - _LEAST_RANGE / 2, middle + _LEAST_RANGE / 2
    stretched = np.clip((levels - low) * (255.0 / (high - low)), 0, 255)
    # Valleys and bare glass are the light half; a frame in their tone has no edge.
    ground = float(np.percentile(stretched[top:bottom, left:right], 80))
    result = np.full(picture.shape, round(ground), np.uint8)
    # Without a copy in between: what is left of a picture in freed memory cannot be overwritten.
    np.copyto(result[top:bottom, left:right], stretched[top:bottom, left:right], casting="unsafe")
    return result


def _inside(levels: Array, frame_px: int) -> tuple[int, int, int, int]:
    """What is left when the family's frame and bars of one tone are taken off."""
    height, width = levels.shape
    top, left = min(frame_px, height), min(frame_px, width)
    bottom, right = max(top, height - frame_px), max(left, width - frame_px)
    rows = levels[:, left:right].std(axis=1) if right > left else np.zeros(height)
    columns = levels[top:bottom].std(axis=0) if bottom > top else np.zeros(width)
    most_rows, most_columns = int(height * _MOST_FRAME_SHARE), int(width * _MOST_FRAME_SHARE)
    top += _flat(rows[top:bottom], most_rows)
    bottom -= _flat(rows[top:bottom][::-1], most_rows)
    left += _flat(columns[left:right], most_columns)
    right -= _flat(columns[left:right][::-1], most_columns)
    return top, bottom, left, right


def _flat(deviations: Array, most: int) -> int:
    """How many of the first lines have one tone; 0 if it goes on beyond `most`: bare glass."""
    lively = np.nonzero(deviations >= _FRAME_DEVIATION)[0]
    first = int(lively[0]) if lively.size else most + 1
    return first if first <= most else 0
