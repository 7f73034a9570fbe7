"""What surrounds a minutia: ridge orientations on four rings (Tico and Kuosmanen 2003).

Orientations are taken relative to the minutia's own direction, so that a turned finger has the
same rings. Likeness of two minutiae is the mean cosine of the doubled differences.
"""

import math

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled
from biometrics.template import FIELD_STEP_PX, OUTSIDE

RING_RADII_PX = (27, 45, 63, 81)
RING_POINTS = (10, 16, 22, 28)
POINTS = sum(RING_POINTS)
# Two minutiae with fewer common points than this are not as alike as the points say.
LEAST_COMMON = 24.0

_around = np.concatenate(
    [
        radius * np.exp(2j * np.pi * np.arange(points) / points)
        for radius, points in zip(RING_RADII_PX, RING_POINTS, strict=True)
    ]
)
_X = _around.real.astype(np.float32)
_Y = _around.imag.astype(np.float32)
_degrees = np.arange(OUTSIDE + 1)
COS_DOUBLE = np.cos(np.deg2rad(2.0 * _degrees)).astype(np.float32)
SIN_DOUBLE = np.sin(np.deg2rad(2.0 * _degrees)).astype(np.float32)
_CELLS_A_PX = np.float32(1.0 / FIELD_STEP_PX)


def describe(minutiae: Array, cells: Array) -> tuple[Array, Array]:
    """Rings of minutiae, float32[5, n] as in `Features`, in a field uint8[rows, columns].

    Returns float32[n, 2 * POINTS], real and imaginary parts of exp(2i * relative orientation),
    0 where there is no finger; and float32[n, POINTS], 1 where there is.
    """
    count = minutiae.shape[1]
    rings = np.zeros((count, 2 * POINTS), np.float32)
    known = np.zeros((count, POINTS), np.float32)
    describe_into(minutiae, cells, rings, known)
    return rings, known


@compiled
def describe_into(minutiae: Array, cells: Array, rings: Array, known: Array) -> None:
    """As `describe`, into arrays of zeros."""
    rows, columns = cells.shape
    for i in range(minutiae.shape[1]):
        x, y, ux, uy = minutiae[0, i], minutiae[1, i], minutiae[2, i], minutiae[3, i]
        real, imag = ux * ux - uy * uy, -np.float32(2) * ux * uy
        for k in range(POINTS):
            column = math.floor((x + _X[k] * ux - _Y[k] * uy) * _CELLS_A_PX)
            row = math.floor(-(y + _X[k] * uy + _Y[k] * ux) * _CELLS_A_PX)
            if 0 <= row < rows and 0 <= column < columns:
                cell = cells[row, column]
                if cell != OUTSIDE:
                    cosine, sine = COS_DOUBLE[cell], SIN_DOUBLE[cell]
                    rings[i, k] = cosine * real - sine * imag
                    rings[i, POINTS + k] = cosine * imag + sine * real
                    known[i, k] = 1
