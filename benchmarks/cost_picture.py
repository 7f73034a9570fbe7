"""The cost of a search over the size of the gallery, as SVG: both axes in decades."""

import math

_WIDTH, _HEIGHT, _EDGE = 720, 420, 80
_INK, _LINE, _MUTED = "#1d2b3a", "#0b6e6e", "#c9d3dc"


def draw_cost(curve: list[tuple[int, float]]) -> str:
    """`curve`: fingers and CPU seconds a search, rising."""
    left, right = math.log10(curve[0][0]), math.ceil(math.log10(curve[-1][0]))
    low = math.floor(math.log10(min(s for _, s in curve)))
    high = math.ceil(math.log10(max(s for _, s in curve)))

    def x(fingers: float) -> float:
        return _EDGE + (math.log10(fingers) - left) / (right - left) * (_WIDTH - 1.6 * _EDGE)

    def y(seconds: float) -> float:
        share = (math.log10(seconds) - low) / max(1, high - low)
        return _HEIGHT - _EDGE - share * (_HEIGHT - 1.8 * _EDGE)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="14" fill="{_INK}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for decade in range(low, high + 1):
        at = y(10.0**decade)
        parts.append(f'<path d="M{_EDGE} {at:.1f}H{_WIDTH - 0.6 * _EDGE:.1f}" stroke="{_MUTED}"/>')
        words = f"{10.0**decade:g} s"
        parts.append(f'<text x="{_EDGE - 10}" y="{at + 5:.1f}" text-anchor="end">{words}</text>')
    for decade in range(math.ceil(left), right + 1):
        at = x(10.0**decade)
        parts.append(
            f'<path d="M{at:.1f} {_HEIGHT - _EDGE}V{0.8 * _EDGE:.1f}" stroke="{_MUTED}"/>'
            f'<text x="{at:.1f}" y="{_HEIGHT - _EDGE + 24}" text-anchor="middle">'
            f"{10**decade:,}</text>"
        )
    points = " ".join(f"{x(fingers):.1f},{y(seconds):.1f}" for fingers, seconds in curve)
    parts.append(f'<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="3"/>')
    for fingers, seconds in curve:
        parts.append(
            f'<circle cx="{x(fingers):.1f}" cy="{y(seconds):.1f}" r="5" fill="{_LINE}"/>'
            f'<text x="{x(fingers):.1f}" y="{y(seconds) - 12:.1f}" text-anchor="middle">'
            f"{seconds:.2g} s</text>"
        )
    parts.append(
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 22}" text-anchor="middle">'
        "enrolled fingers, three impressions each</text>"
        f'<text x="{_EDGE}" y="32" font-size="17">CPU time of one search, one thread</text></svg>'
    )
    return "\n".join(parts) + "\n"
