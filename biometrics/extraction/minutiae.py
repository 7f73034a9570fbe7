"""Minutiae from thinned ridges by crossing number, and the removal of false ones.

A line is followed from each ending and branching for some pixels. Spurs, islands, bridges and
breaks show themselves by being short (Maltoni et al., Handbook of Fingerprint Recognition, 3.7).
"""

from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Mask
from biometrics.extraction.thinning import NEIGHBOURS, crossing_numbers, neighbour_codes

FOLLOW_PX = 16
_SPUR_PX = 10
_ISLAND_PX = 14
_BRIDGE_PX = 9
_BREAK_PX = 10.0

Point = tuple[int, int]


@dataclass(frozen=True)
class Candidate:
    """A minutia at pixel (y, x); `heading` is where it points, radians counter-clockwise."""

    y: int
    x: int
    ending: bool
    heading: float


@dataclass(frozen=True)
class _Walk:
    """Where following a line led: `length` in pixels, the last pixel, and its crossing number."""

    length: int
    last: Point
    crossing: int


@dataclass(frozen=True)
class _Lines:
    """Crossing number and neighbours' code of each pixel, row by row; bytes are quick."""

    crossing: bytes
    codes: bytes
    width: int


def candidates(lines: Mask, inside: Mask) -> list[Candidate]:
    """Minutiae of the thinned ridges that lie `inside` and survive the cleaning."""
    crossing = crossing_numbers(lines)
    codes = neighbour_codes(crossing > 0)
    walked = _Lines(crossing.tobytes(), codes.tobytes(), crossing.shape[1])
    special = np.argwhere((crossing == 1) | (crossing >= 3))
    walks: dict[Point, list[_Walk]] = {}
    false: set[Point] = set()
    for y, x in special.tolist():
        point = (y, x)
        walks[point] = [_follow(walked, point, step) for step in _branches(walked, point)]
        for walk in walks[point]:
            if _is_artefact(walked.crossing[y * walked.width + x], walk):
                false.add(point)
                false.add(walk.last)
    found = []
    for point, ways in walks.items():
        if point in false or not inside[point]:
            continue
        candidate = _candidate(point, ways)
        if candidate is not None:
            found.append(candidate)
    return _without_breaks(found)


def _is_artefact(crossing: int, walk: _Walk) -> bool:
    if crossing == 1:
        if walk.crossing == 1:
            return walk.length < _ISLAND_PX
        return walk.crossing >= 3 and walk.length < _SPUR_PX
    if walk.crossing == 1:
        return walk.length < _SPUR_PX
    return walk.crossing >= 3 and walk.length < _BRIDGE_PX


def _steps(code: int) -> tuple[Point, ...]:
    """Neighbours to walk to; of two that touch, the one straight beside the point."""
    on = [bool(code >> i & 1) for i in range(8)]
    return tuple(
        NEIGHBOURS[i] for i in range(8) if on[i] and not (i % 2 and (on[i - 1] or on[(i + 1) % 8]))
    )


_STEPS = tuple(_steps(code) for code in range(256))


def _branches(lines: _Lines, point: Point) -> list[Point]:
    y, x = point
    return [(y + dy, x + dx) for dy, dx in _STEPS[lines.codes[y * lines.width + x]]]


def _follow(lines: _Lines, start: Point, step: Point) -> _Walk:
    previous, here = start, step
    seen = {start, *_branches(lines, start)}
    for length in range(1, FOLLOW_PX + 1):
        crossing = lines.crossing[here[0] * lines.width + here[1]]
        if crossing != 2:
            return _Walk(length, here, crossing)
        seen.add(here)
        onward = [p for p in _branches(lines, here) if p not in seen]
        if not onward:
            return _Walk(length, here, 2)
        previous, here = here, onward[0]
    return _Walk(FOLLOW_PX, previous, 2)


def _candidate(point: Point, walks: list[_Walk]) -> Candidate | None:
    """None for crossings of more than three lines, and for branches too short to point."""
    vectors = [
        complex(walk.last[1] - point[1], point[0] - walk.last[0])
        for walk in walks
        if walk.last != point
    ]
    if len(vectors) == 1 and len(walks) == 1:
        return Candidate(*point, True, float(np.angle(vectors[0])))
    if len(vectors) != 3 or len(walks) != 3:
        return None
    units = [v / abs(v) for v in vectors]
    # The two branches that lie closest together have the valley between them.
    pairs = [units[0] + units[1], units[0] + units[2], units[1] + units[2]]
    valley = max(pairs, key=abs)
    return Candidate(*point, False, float(np.angle(valley)))


def _without_breaks(found: list[Candidate]) -> list[Candidate]:
    """Remove pairs of endings that look away from each other across a small gap in one ridge."""
    if len(found) < 2:
        return found
    xy = np.array([complex(c.x, -c.y) for c in found])
    heading = np.exp(1j * np.array([c.heading for c in found]))
    ending = np.array([c.ending for c in found])
    gap = xy[None, :] - xy[:, None]
    distance = np.abs(gap)
    opposed = (heading[:, None] * heading[None, :].conj()).real < -0.7
    across = (gap * heading[:, None].conj()).real < -0.6 * distance
    broken = (distance < _BREAK_PX) & opposed & across & across.T
    broken &= ending[:, None] & ending[None, :]
    # Two minutiae on one spot are one artefact.
    twin = (distance < 5.0) & ~np.eye(len(found), dtype=bool)
    bad = (broken | twin).any(axis=1)
    return [c for c, is_bad in zip(found, bad.tolist(), strict=True) if not is_bad]
