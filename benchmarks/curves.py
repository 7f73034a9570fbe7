"""Curves as an SVG file: one panel below the other, the same horizontal axis (log2)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 720
PANEL: Final = 260
LEFT: Final = 70
RIGHT: Final = 24
TOP: Final = 48
COLOURS: Final = ("#1f4e79", "#b5532a", "#3b7a57")


@dataclass(frozen=True)
class Curve:
    """A name and its points."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]


def draw(file: Path, title: str, x_name: str, panels: Sequence[Sequence[Curve]]) -> None:
    """Write one SVG with a panel for each group of curves."""
    height = TOP + PANEL * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="17">{escape(title)}</text>',
    ]
    for place, curves in enumerate(panels):
        parts += _panel(curves, TOP + place * PANEL, x_name)
    parts.append("</svg>")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(parts) + "\n", "utf-8")


def _panel(curves: Sequence[Curve], top: float, x_name: str) -> list[str]:
    xs = sorted({x for curve in curves for x in curve.xs})
    most = _round_up(max(y for curve in curves for y in curve.ys))
    low, high = math.log2(xs[0]), math.log2(xs[-1])
    inner = PANEL - 74
    bottom = top + 26 + inner

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log2(x) - low) / ((high - low) or 1.0)
        return LEFT + across * (WIDTH - LEFT - RIGHT), bottom - y / most * inner

    parts = []
    for step in range(5):
        value = most * step / 4
        _, y = at(xs[0], value)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8d8d8"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for x in xs:
        across, _ = at(x, 0)
        parts.append(
            f'<text x="{across:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{x:g}</text>'
        )
    parts.append(
        f'<text x="{WIDTH - RIGHT}" y="{bottom + 36:.1f}" text-anchor="end">{escape(x_name)}</text>'
    )
    for place, curve in enumerate(curves):
        colour = COLOURS[place % len(COLOURS)]
        points = [at(x, y) for x, y in zip(curve.xs, curve.ys, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        parts.append(
            f'<text x="{LEFT + 190 * place}" y="{top + 14:.1f}" fill="{colour}">'
            f"{escape(curve.name)}</text>"
        )
    return parts


def _round_up(value: float) -> float:
    scale = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
    return next(scale * step for step in (1, 2, 4, 6, 8, 10) if value <= scale * step)
