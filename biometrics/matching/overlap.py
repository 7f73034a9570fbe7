"""What the two prints have in common once one is laid on the other."""

import math

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled
from biometrics.matching.rings import COS_DOUBLE, SIN_DOUBLE
from biometrics.template import FIELD_STEP_PX, OUTSIDE

_CELLS_A_PX = np.float32(1.0 / FIELD_STEP_PX)


@compiled
def is_finger(cells: Array, x: float, y: float) -> bool:
    """Whether a point of the plane, y upwards, is inside the finger."""
    rows, columns = cells.shape
    column, row = math.floor(x * _CELLS_A_PX), math.floor(-y * _CELLS_A_PX)
    return bool(0 <= row < rows and 0 <= column < columns and cells[row, column] != OUTSIDE)


@compiled
def inside(laid: Array, cells: Array, paired: Array) -> int:
    """How many minutiae of float32[>=2, n] lie on the finger, or are `paired` (int32[k])."""
    counted = np.zeros(laid.shape[1], np.bool_)
    counted[paired] = True
    count = 0
    for i in range(laid.shape[1]):
        if counted[i] or is_finger(cells, laid[0, i], laid[1, i]):
            count += 1
    return count


@compiled
def take_back(candidate: Array, motion: Array) -> Array:
    """float32[2, m]: where the candidate's minutiae are in the probe's plane."""
    cosine, sine, x, y = motion[0], motion[1], motion[2], motion[3]
    back = np.empty((2, candidate.shape[1]), np.float32)
    for j in range(candidate.shape[1]):
        dx, dy = candidate[0, j] - x, candidate[1, j] - y
        back[0, j] = dx * cosine + dy * sine
        back[1, j] = -dx * sine + dy * cosine
    return back


@compiled
def flow(probe: Array, candidate: Array, motion: Array) -> tuple[int, float]:
    """Of the fields uint8[rows, columns]: how many of the probe's cells (every second one each
    way) lie on the candidate's, and the mean cosine of the doubled difference there."""
    cosine, sine, x, y = motion[0], motion[1], motion[2], motion[3]
    cosine_2, sine_2 = cosine * cosine - sine * sine, np.float32(2) * cosine * sine
    rows, columns = candidate.shape
    step = np.float32(FIELD_STEP_PX)
    half = np.float32(FIELD_STEP_PX / 2)
    count, total = 0, 0.0
    for r in range(0, probe.shape[0], 2):
        py = -(np.float32(r) * step + half)
        for c in range(0, probe.shape[1], 2):
            here = np.int64(probe[r, c])
            if here == OUTSIDE:
                continue
            px = np.float32(c) * step + half
            column = math.floor((px * cosine - py * sine + x) * _CELLS_A_PX)
            row = math.floor(-(px * sine + py * cosine + y) * _CELLS_A_PX)
            if 0 <= row < rows and 0 <= column < columns:
                there = np.int64(candidate[row, column])
                if there != OUTSIDE:
                    turned = (there - here) % 180
                    count += 1
                    total += COS_DOUBLE[turned] * cosine_2 + SIN_DOUBLE[turned] * sine_2
    return count, total / max(count, 1)
