"""Thinning to lines one pixel wide by table look-up (Zhang and Suen 1984), and crossing numbers.

scikit-image's `skeletonize` gives the same lines; importing it costs a kiosk over a second at
its first finger, this costs nothing.
"""

import cv2
import numpy as np

from biometrics.arrays import Gray, Mask

MAX_ROUNDS = 64

# Neighbours clockwise from the top; bit i of a pixel's code is its neighbour i.
NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

_KERNEL = np.zeros((3, 3), np.float32)
for _bit, (_dy, _dx) in enumerate(NEIGHBOURS):
    _KERNEL[1 + _dy, 1 + _dx] = 1 << _bit


def _tables() -> tuple[Gray, ...]:
    codes = np.arange(256)
    p = [(codes >> bit) & 1 for bit in range(8)]
    rises = np.sum([(1 - p[i]) & p[(i + 1) % 8] for i in range(8)], axis=0)
    count = np.sum(p, axis=0)
    common = (count >= 2) & (count <= 6) & (rises == 1)
    first = common & (p[0] & p[2] & p[4] == 0) & (p[2] & p[4] & p[6] == 0)
    second = common & (p[0] & p[2] & p[6] == 0) & (p[0] & p[4] & p[6] == 0)
    # A corner pixel of a staircase: its two neighbours touch each other without it.
    corner = np.zeros(256, bool)
    for i in (0, 2, 4, 6):
        j, far = (i + 2) % 8, [(i + k) % 8 for k in (4, 5, 6)]
        corner |= (p[i] & p[j] == 1) & (sum(p[k] for k in far) == 0) & (rises <= 2)
    crossing = np.sum([np.abs(p[i] - p[(i + 1) % 8]) for i in range(8)], axis=0) // 2
    keep = tuple(np.where(table, 0, 255).astype(np.uint8) for table in (first, second, corner))
    return (*keep, crossing.astype(np.uint8))


_KEEP_FIRST, _KEEP_SECOND, _KEEP_CORNER, _CROSSING = _tables()


def _codes(lines: Gray) -> Gray:
    return np.asarray(cv2.filter2D(lines & 1, cv2.CV_8U, _KERNEL, borderType=cv2.BORDER_CONSTANT))


def thin(binary: Mask) -> Mask:
    """The middle lines of a binary picture, bool[h, w]."""
    lines = binary.astype(np.uint8) * np.uint8(255)
    lines[[0, -1]] = 0
    lines[:, [0, -1]] = 0
    before = cv2.countNonZero(lines)
    for _ in range(MAX_ROUNDS):
        for keep in (_KEEP_FIRST, _KEEP_SECOND):
            cv2.bitwise_and(lines, cv2.LUT(_codes(lines), keep), dst=lines)
        after = cv2.countNonZero(lines)
        if after == before:
            break
        before = after
    # Staircase corners by halves of a chessboard, so that no two neighbours go at once.
    for parity in ((0, 0), (0, 1), (1, 0), (1, 1)):
        kept = cv2.LUT(_codes(lines), _KEEP_CORNER)
        part = (slice(parity[0], None, 2), slice(parity[1], None, 2))
        np.bitwise_and(lines[part], kept[part], out=lines[part], casting="unsafe")
    return lines.astype(bool)


def neighbour_codes(lines: Mask) -> Gray:
    """uint8[h, w]: bit i is set where the pixel's neighbour i, of NEIGHBOURS, is on a line."""
    return _codes(lines.astype(np.uint8))


def crossing_numbers(lines: Mask) -> Gray:
    """uint8[h, w]: 1 at line endings, 2 along lines, 3 and 4 where they branch, 0 elsewhere."""
    crossing = cv2.LUT(_codes(lines.astype(np.uint8)), _CROSSING)
    return np.where(lines, crossing, 0).astype(np.uint8)
