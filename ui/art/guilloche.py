"""Engine-turned line work, as on banknotes: rosettes and bands of waves, as lists of points.

A rosette is one closed curve whose radius swings `lobes` times in `turns` rounds; lobes and turns
without a common divisor make the lace. A band is a family of sine waves between two envelopes.
"""

import math

Point = tuple[float, float]


def ring(
    inner: float, outer: float, lobes: int, turns: int, steps_per_lobe: int = 14
) -> list[Point]:
    """One lace ring about the origin between two radii, closed (last point is the first)."""
    middle, swing = (inner + outer) / 2, (outer - inner) / 2
    count = lobes * steps_per_lobe
    points: list[Point] = []
    for i in range(count + 1):
        share = i / count
        angle = share * 2 * math.pi * turns
        radius = middle + swing * math.cos(share * 2 * math.pi * lobes)
        points.append((radius * math.sin(angle), -radius * math.cos(angle)))
    return points


def rosette(radius: float, hollow: float) -> list[list[Point]]:
    """The big rosette of the screens: rings from `hollow` to `radius`, both in pixels."""
    depth = radius - hollow
    # Fewer lobes and turns in a small one: its lines must stay apart to be lines.
    density = min(1.0, max(0.3, radius / 220))
    return [
        _lace(hollow, hollow + 0.46 * depth, 151 * density, 12 * density),
        _lace(hollow + 0.20 * depth, hollow + 0.74 * depth, 127 * density, 10 * density),
        _lace(hollow + 0.44 * depth, radius, 109 * density, 9 * density),
    ]


def _lace(inner: float, outer: float, lobes: float, turns: float) -> list[Point]:
    whole_turns, whole_lobes = max(2, round(turns)), round(lobes)
    while math.gcd(whole_lobes, whole_turns) > 1:
        whole_lobes += 1
    return ring(inner, outer, whole_lobes, whole_turns)


def seal(radius: float) -> list[list[Point]]:
    """The small rosette of a note."""
    return [
        ring(0.24 * radius, 0.74 * radius, 61, 12, 10),
        ring(0.62 * radius, radius, 47, 5, 10),
    ]


def band(width: float, height: float, lines: int, waves: float, phase: float) -> list[list[Point]]:
    """A family of `lines` waves that pinch and open across a box, from left to right."""
    count = max(24, int(width / 4))
    family: list[list[Point]] = []
    for k in range(lines):
        share = k / (lines - 1) * 2 - 1
        line: list[Point] = []
        for i in range(count + 1):
            u = i / count
            open_ = 0.34 + 0.30 * math.sin(u * math.pi * waves + phase)
            drift = 0.30 * math.sin(u * math.pi * waves * 0.62 + phase * 1.7)
            line.append((u * width, height / 2 * (1 + drift + share * open_)))
        family.append(line)
    return family
