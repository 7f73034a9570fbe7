"""Ridge orientation by the structure tensor (Bigun and Granlund 1987; Kass and Witkin 1987).

Orientations have no sign, so they are averaged in double angle: z = exp(2i * orientation).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array
from biometrics.template import FIELD_STEP_PX


@dataclass(frozen=True)
class Flow:
    """Ridge orientation on the grid of FIELD_STEP_PX.

    `double`: complex64[rows, columns], unit vectors exp(2i * orientation), counter-clockwise with
    y up. `coherence`: float32[rows, columns], 0 (no direction) to 1 (parallel ridges).
    """

    double: Array
    coherence: Array

    def radians(self) -> Array:
        """Orientation of the ridges, 0 to pi."""
        return np.asarray(np.mod(np.angle(self.double) / 2, np.pi), dtype=np.float32)


def ridge_flow(ridges: Array, smoothing_px: float) -> Flow:
    """Orientation along the ridges of `ridges`, float32[h, w], averaged over `smoothing_px`."""
    blurred = cv2.GaussianBlur(ridges, (0, 0), 1.0)
    gx = cv2.Sobel(blurred, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(blurred, cv2.CV_32F, 0, 1, ksize=3)
    # The gradient stands across the ridge (hence the minus) and the picture's y points down.
    tensor = cv2.merge([gy * gy - gx * gx, 2 * gx * gy, gx * gx + gy * gy])
    cells = to_cells(tensor)
    sigma = smoothing_px / FIELD_STEP_PX
    cells = cv2.GaussianBlur(cells, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    double = cells[..., 0] + 1j * cells[..., 1]
    length = np.abs(double)
    coherence = length / (cells[..., 2] + 1e-3)
    unit = np.where(length > 1e-6, double / np.maximum(length, 1e-6), 1.0)
    return Flow(unit.astype(np.complex64), np.asarray(coherence, dtype=np.float32))


def to_cells(pixels: Array) -> Array:
    """Average over squares of FIELD_STEP_PX; the last row and column may be of part squares."""
    height, width = pixels.shape[:2]
    down, right = -height % FIELD_STEP_PX, -width % FIELD_STEP_PX
    if down or right:
        pixels = cv2.copyMakeBorder(pixels, 0, down, 0, right, cv2.BORDER_REPLICATE)
    size = (pixels.shape[1] // FIELD_STEP_PX, pixels.shape[0] // FIELD_STEP_PX)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def to_pixels(cells: Array, shape: tuple[int, int]) -> Array:
    """Bilinear from the grid back to a picture of `shape` (height, width)."""
    rows, columns = cells.shape[:2]
    size = (columns * FIELD_STEP_PX, rows * FIELD_STEP_PX)
    grown = cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown[: shape[0], : shape[1]], dtype=np.float32)
