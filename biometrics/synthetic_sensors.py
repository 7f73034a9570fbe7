"""Synthetic fingers as different readers see them: other dots, other greys, another edge.

`biometrics.synthetic` presses a finger on an even glass of 500 dpi; a `SensorModel` turns that
picture into the raw one of a reader, before any driver's normalisation. The models stand for
families, not for a maker's device: nothing measured on them is a claim about one.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from biometrics.arrays import Array, Gray

_SOURCE_DPI = 500.0


@dataclass(frozen=True)
class SensorModel:
    """`width_px`, `height_px`: of its picture. `levels`: grey levels. `light_ridges`: ridges are
    light on a dark ground. `frame_px`: of one tone around the picture. `blur_px`, `noise`: of its
    optics and electronics, in its pixels and in grey levels of 256. `contrast`: 1 is the source's.
    """

    name: str
    dpi: int
    width_px: int
    height_px: int
    levels: int = 256
    light_ridges: bool = False
    frame_px: int = 0
    blur_px: float = 0.0
    noise: float = 0.0
    contrast: float = 1.0


OPTICAL: Final = SensorModel("optical, large", 500, 352, 416, noise=3.0)
SERIAL: Final = SensorModel(
    "serial, 4 bits", 508, 256, 288, levels=16, blur_px=0.5, noise=6.0, contrast=0.8
)
INVERTED: Final = SensorModel(
    *("inverted, framed", 569, 320, 380),
    light_ridges=True,
    frame_px=12,
    blur_px=0.6,
    noise=6.0,
    contrast=0.6,
)


def render(picture: Gray, model: SensorModel, seed: int) -> Gray:
    """The raw picture, uint8[model.height_px, model.width_px], of a 500 dpi impression's middle."""
    rng = np.random.default_rng((0x5E, seed))
    scale = model.dpi / _SOURCE_DPI
    inner_width = model.width_px - 2 * model.frame_px
    inner_height = model.height_px - 2 * model.frame_px
    levels: Array = picture.astype(np.float32)
    if scale != 1.0:
        kind = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_AREA
        levels = np.asarray(
            cv2.resize(levels, None, fx=scale, fy=scale, interpolation=kind), np.float32
        )
    levels = _middle(levels, inner_height, inner_width)
    if model.blur_px:
        levels = np.asarray(cv2.GaussianBlur(levels, (0, 0), model.blur_px), np.float32)
    levels = 128.0 + (levels - 128.0) * model.contrast
    levels = levels + rng.normal(0, model.noise, levels.shape).astype(np.float32)
    if model.light_ridges:
        levels = 255.0 - levels
    step = 256.0 / model.levels
    coarse = np.floor(np.clip(levels, 0, 255) / step) * (255.0 / (model.levels - 1))
    raw = np.zeros((model.height_px, model.width_px), np.uint8)
    edge = model.frame_px
    raw[edge : edge + inner_height, edge : edge + inner_width] = coarse.astype(np.uint8)
    return raw


def _middle(levels: Array, height: int, width: int) -> Array:
    """Cut to the sensor's window, or surrounded by bare glass if the window is larger."""
    ground = float(np.percentile(levels, 95))
    seen = np.full((height, width), ground, np.float32)
    rows, columns = min(height, levels.shape[0]), min(width, levels.shape[1])
    top, left = (levels.shape[0] - rows) // 2, (levels.shape[1] - columns) // 2
    down, right = (height - rows) // 2, (width - columns) // 2
    seen[down : down + rows, right : right + columns] = levels[
        top : top + rows, left : left + columns
    ]
    return seen
