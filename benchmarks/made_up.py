"""Templates of nobody, many a second: minutiae scattered in a made-up flow.

Counts, spacing, quality and size are as measured on the six FVC sets with our extractor (39
minutiae on average, 13 to 80 in most; none nearer than 8 px; the finger 220 to 330 px wide). They
are less alike than people's fingers, which share more than their class: they load a search, they
do not judge its accuracy.
"""

import numpy as np

from biometrics.arrays import Array
from biometrics.template import (
    ENDING,
    FIELD_STEP_PX,
    OUTSIDE,
    Minutiae,
    OrientationField,
    Template,
)

WIDTH_PX, HEIGHT_PX = 320, 400
_NEAREST_PX = 8.0
_ROWS, _COLUMNS = HEIGHT_PX // FIELD_STEP_PX, WIDTH_PX // FIELD_STEP_PX


def made_up_finger(rng: np.random.Generator, impressions: int) -> list[Template]:
    """Impressions of one finger that nobody has: moved, jittered, some minutiae lost."""
    flow = _flow(rng)
    count = int(np.clip(rng.lognormal(np.log(50), 0.35), 16, 100))
    x, y = rng.uniform(20, WIDTH_PX - 20, 3 * count), rng.uniform(20, HEIGHT_PX - 20, 3 * count)
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + np.tri(3 * count) * 1e6
    free = np.nonzero(apart.min(axis=0) > _NEAREST_PX)[0][:count]
    x, y = x[free], y[free]
    flip = rng.integers(0, 2, len(x)) * np.pi
    return [_impression(rng, flow, x, y, flip) for _ in range(impressions)]


def _flow(rng: np.random.Generator) -> Array:
    """float64[rows, columns], radians: a loop or a whorl after Sherlock and Monro 1993."""
    x = (np.arange(_COLUMNS) + 0.5) * FIELD_STEP_PX - WIDTH_PX / 2
    y = HEIGHT_PX / 2 - (np.arange(_ROWS) + 0.5) * FIELD_STEP_PX
    z = x[None, :] * rng.uniform(0.75, 1.3) + 1j * y[:, None] * rng.uniform(0.75, 1.3)
    core = complex(rng.normal(0, 20), rng.normal(15, 28))
    side = rng.choice([-1, 1])
    angle = 0.5 * np.angle((z - core) * -1j)
    angle -= 0.5 * np.angle((z - core - complex(side * rng.uniform(70, 130), -120)) * -1j)
    if rng.random() < 0.35:
        gap = complex(side * rng.uniform(0, 30), -rng.uniform(8, 50))
        angle += 0.5 * np.angle((z - core - gap) * -1j)
        angle -= 0.5 * np.angle((z - core + complex(side * rng.uniform(70, 130), 120)) * -1j)
    for _ in range(4):
        wave = rng.normal(0, 0.012, 2)
        angle += rng.normal(0, 0.12) * np.sin(
            z.real * wave[0] + z.imag * wave[1] + rng.uniform(0, 6)
        )
    return np.asarray(angle)


def _impression(rng: np.random.Generator, flow: Array, x: Array, y: Array, flip: Array) -> Template:
    down, right = rng.integers(-4, 5, 2)
    half_width, half_height = rng.uniform(110, 165), rng.uniform(140, 200)
    column, row = np.meshgrid(np.arange(_COLUMNS), np.arange(_ROWS))
    away = np.hypot(
        ((column + 0.5) * FIELD_STEP_PX - WIDTH_PX / 2) / half_width,
        ((row + 0.5) * FIELD_STEP_PX - HEIGHT_PX / 2) / half_height,
    )
    moved = np.roll(flow, (down, right), (0, 1))
    cells = np.where(away < 1, np.round(np.rad2deg(moved)).astype(np.int64) % 180, OUTSIDE)
    x = x + right * FIELD_STEP_PX + rng.normal(0, 2.0, len(x))
    y = y + down * FIELD_STEP_PX + rng.normal(0, 2.0, len(y))
    seen = (x >= 0) & (x < WIDTH_PX) & (y >= 0) & (y < HEIGHT_PX) & (rng.random(len(x)) < 0.85)
    x, y, flip = x[seen].astype(np.uint16), y[seen].astype(np.uint16), flip[seen]
    at = cells[y // FIELD_STEP_PX, x // FIELD_STEP_PX]
    inside = at != OUTSIDE
    angle = np.deg2rad(at) + flip + rng.normal(0, 0.1, len(x))
    quality = np.clip(rng.normal(72, 16, len(x)), 20, 100).astype(np.uint8)
    order = np.argsort(-quality[inside].astype(np.int64), kind="stable")

    def take(values: Array, dtype: type) -> Array:
        return np.asarray(values[inside][order], dtype)

    return Template(
        WIDTH_PX,
        HEIGHT_PX,
        70,
        Minutiae(
            take(x, np.uint16),
            take(y, np.uint16),
            take(np.round(angle * 128 / np.pi) % 256, np.uint8),
            np.full(int(inside.sum()), ENDING, np.uint8),
            take(quality, np.uint8),
        ),
        OrientationField(cells.astype(np.uint8)),
    )
