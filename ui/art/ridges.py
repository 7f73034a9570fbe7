"""The fingerprint of the screens: evenly spaced lines along a loop's orientation field.

The field is the zero-pole model (Sherlock and Monro 1993, "A model for interpreting fingerprint
topology"): half the angle to each core less half the angle to each delta. The lines are laid at an
even distance (Jobard and Lefer 1997, "Creating evenly-spaced streamlines of arbitrary density").
It is a drawing, no person's finger.

`python -m ui.art.ridges FILE` writes the drawing that the screens load, because tracing takes
longer than the first frame may.
"""

import cmath
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Line = list[Point]

WIDTH = 760.0
HEIGHT = 1000.0
SPACING = 33.0
_STEP = 5.0
_SHORTEST = 64.0
_CORE = complex(392, 360)
_DELTA = complex(-90, 1090)
_LEAN = -0.05
_ROUND = 0.8


def angle_at(x: float, y: float) -> float:
    """Orientation of the ridge at a point, radians, y down."""
    z = complex(x, y)
    core = cmath.phase((z - _CORE) / 1j)
    loop = core - _ROUND * math.sin(core) - cmath.phase((z - _DELTA) / (_CORE - _DELTA))
    sway = 0.11 * math.sin(y / 96.0 + x / 310.0)
    return 0.5 * loop + math.pi / 2 + sway + _LEAN


def inside(x: float, y: float) -> bool:
    """Whether a point lies on the finger's pad, a rounded oblong narrower at the tip."""
    u = (x - WIDTH / 2) / (WIDTH / 2)
    v = (y - HEIGHT / 2) / (HEIGHT / 2)
    squeeze = 1.0 if v > 0 else 1.0 - 0.10 * v * v
    return float(abs(u / squeeze) ** 2.5 + abs(v) ** 2.7) < 1.0


class _Field:
    """Which points are taken already, in cells as wide as the spacing."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, int]]] = {}

    def add(self, point: Point, line: int) -> None:
        cell = (int(point[0] // SPACING), int(point[1] // SPACING))
        self._cells.setdefault(cell, []).append((*point, line))

    def nearest(self, point: Point, but: int = -1) -> float:
        column, row = int(point[0] // SPACING), int(point[1] // SPACING)
        best = math.inf
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                for x, y, line in self._cells.get((i, j), ()):
                    if line != but:
                        best = min(best, math.hypot(x - point[0], y - point[1]))
        return best


def _walk(start: Point, sign: float, field: _Field) -> Iterator[Point]:
    x, y = start
    before = angle_at(x, y) + (math.pi if sign < 0 else 0.0)
    for _ in range(600):
        angle = angle_at(x, y)
        if math.cos(angle - before) < 0:
            angle += math.pi
        if math.cos(angle - before) < 0.72:
            return
        before = angle
        x, y = x + _STEP * math.cos(angle), y + _STEP * math.sin(angle)
        if not inside(x, y) or field.nearest((x, y)) < 0.62 * SPACING:
            return
        yield x, y


def _length(line: Line) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))


def _beside(line: Line) -> Iterator[Point]:
    for (x0, y0), (x1, y1) in pairwise(line):
        size = math.hypot(x1 - x0, y1 - y0)
        nx, ny = -(y1 - y0) / size * SPACING, (x1 - x0) / size * SPACING
        yield x0 + nx, y0 + ny
        yield x0 - nx, y0 - ny


def trace() -> list[Line]:
    """All ridges as lines of points in a box of WIDTH x HEIGHT, y down."""
    field = _Field()
    lines: list[Line] = []
    seeds: list[Point] = [(_CORE.real, _CORE.imag - 4.0)]
    done = 0
    while seeds or done < len(lines):
        if not seeds:
            seeds = list(_beside(lines[done]))
            done += 1
        seed = seeds.pop(0)
        if not inside(*seed) or field.nearest(seed) < 0.93 * SPACING:
            continue
        line = [*reversed(list(_walk(seed, -1.0, field))), seed, *_walk(seed, 1.0, field)]
        if _length(line) < _SHORTEST:
            continue
        for point in line:
            field.add(point, len(lines))
        lines.append(line)
    return lines


def main() -> None:
    """Write the drawing: a list of lines, each a flat list of whole coordinates."""
    lines = [[round(v) for point in line[::3] for v in point] for line in trace()]
    Path(sys.argv[1]).write_text(json.dumps(lines, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
