"""Pictures of fingers that nobody has, as hard to tell apart as a field trial's.

`biometrics.synthetic` draws people who take care, for the demo. Here the fingers differ more from
each other and the touches of one finger do too, in what the literature says they do:

- Classes are as frequent as in people (Wilson, Candela and Watson 1994), and the flow around each
  core and delta leaves the ideal one by a piecewise linear function of the direction (Vizcaya and
  Gerhardt 1996), drawn anew for each finger.
- Skin that holds to the glass stays, its surroundings are turned and dragged, and what lies between
  is stretched (Cappelli, Maio and Maltoni 2001).
- A touch shows a part of the pad, turned and off the middle as in FVC2002 and FVC2004, whose people
  were told to exaggerate displacement, rotation, pressure and wet or dry skin by turns.

The same numbers give the same picture. No threshold is chosen on these pictures.
"""

import functools
from typing import Final

import cv2
import numpy as np

from biometrics.arrays import Array, Gray
from biometrics.extraction.orientation import Flow
from biometrics.synthetic import (
    HEIGHT_PX,
    MASTER_HEIGHT_PX,
    MASTER_WIDTH_PX,
    WIDTH_PX,
    Variation,
    develop,
    flow_of,
    grow,
    smooth_noise,
)
from biometrics.template import FIELD_STEP_PX

# Arch, tented arch, loop (left and right), whorl; a third of whorls are double loops.
_CLASSES: Final = (0.037, 0.029, 0.655, 0.186, 0.093)
_KNOTS: Final = 8
_KNOT_DEVIATION_RAD: Final = 0.3
_RIDGE_DISTANCE_PX: Final = (7.0, 11.5)

# Standard deviations over the touches of one finger.
_TURNED_DEG: Final = 10.0
_MOVED_PX: Final = (22.0, 30.0)
_DRAGGED_PX: Final = 9.0
_TWISTED_DEG: Final = 4.0
# Smallest and largest share of the pad's area that touches, and how far off its middle (deviation).
_CONTACT: Final = (0.55, 1.1)
_CONTACT_OFF_PX: Final = (20.0, 28.0)
_PAD_PX: Final = (150.0, 195.0)


def trial_impression(finger_seed: int, impression: int) -> Gray:
    """One touch of a finger, uint8[416, 352] at 500 dpi, dark ridges on a light ground.

    `finger_seed` >= 0 names the finger, `impression` >= 0 the touch; these are other fingers than
    those of `biometrics.synthetic`, and take as long to draw.
    """
    rng = np.random.default_rng((0x7A, finger_seed, impression))
    seen = _press(_finger(finger_seed), rng)
    return develop(seen, rng, _moisture(finger_seed, rng))


@functools.lru_cache(maxsize=8)
def _finger(seed: int) -> Array:
    rng = np.random.default_rng((0x7F, seed))
    return grow(_flow(rng), _RIDGE_DISTANCE_PX, rng)


def _moisture(finger_seed: int, rng: np.random.Generator) -> Variation:
    """Skin is dry or wet by nature, and by the day."""
    nature = float(np.random.default_rng((0x7E, finger_seed)).normal(0.0, 0.2))
    return Variation(
        wetness=float(rng.uniform(0.2, 0.5)),
        pressure=float(np.clip(nature + rng.normal(0.0, 0.2), -0.6, 0.6)),
        noise=float(rng.uniform(4.0, 16.0)),
    )


def _flow(rng: np.random.Generator) -> Flow:
    rows, columns = MASTER_HEIGHT_PX // FIELD_STEP_PX, MASTER_WIDTH_PX // FIELD_STEP_PX
    x = (np.arange(columns) + 0.5) * FIELD_STEP_PX - MASTER_WIDTH_PX / 2
    y = MASTER_HEIGHT_PX / 2 - (np.arange(rows) + 0.5) * FIELD_STEP_PX
    z = x[None, :] * rng.uniform(0.7, 1.35) + 1j * y[:, None] * rng.uniform(0.7, 1.35)
    # Nobody's finger grows quite upright.
    z = z * np.exp(1j * np.deg2rad(rng.normal(0, 8)))
    kind = int(rng.choice(len(_CLASSES), p=_CLASSES))
    centre = complex(rng.normal(0, 25), rng.normal(15, 35))
    if kind == 0:
        angle = _arch(z - centre, rng)
    else:
        angle = np.zeros(z.shape)
        cores, deltas = _singularities(kind, centre, rng)
        for core in cores:
            angle += 0.5 * _corrected(np.angle((z - core) * -1j), rng)
        for delta in deltas:
            angle -= 0.5 * _corrected(np.angle((z - delta) * -1j), rng)
    # What no core or delta explains: wide bends of the whole pad, narrow ones between ridges.
    angle += 0.25 * smooth_noise(rng, z.shape, 14.0)
    angle += 0.15 * smooth_noise(rng, z.shape, 6.0)
    return flow_of(angle)


def _arch(z: Array, rng: np.random.Generator) -> Array:
    width, reach = rng.uniform(38, 60), rng.uniform(80, 140)
    bump = np.exp(-((z.real / (1.6 * width)) ** 2 + (z.imag / reach) ** 2))
    return np.asarray(-rng.uniform(0.6, 1.4) * np.sin(z.real / width) * bump)


def _singularities(
    kind: int, centre: complex, rng: np.random.Generator
) -> tuple[list[complex], list[complex]]:
    """Cores and deltas, pixels right and up from the middle of the pad."""
    side = float(rng.choice([-1.0, 1.0]))
    if kind == 1:
        return [centre], [centre + complex(rng.normal(0, 8), -rng.uniform(60, 130))]
    if kind == 2:
        return [centre], [centre + complex(side * rng.uniform(50, 130), -rng.uniform(70, 160))]
    gap = rng.uniform(8, 40) if kind == 3 else rng.uniform(30, 70)
    lean = side * (rng.uniform(0, 12) if kind == 3 else rng.uniform(15, 50))
    cores = [centre + complex(lean, gap) / 2, centre - complex(lean, gap) / 2]
    deltas = [
        centre + complex(left * rng.uniform(70, 140), -rng.uniform(60, 150)) for left in (-1, 1)
    ]
    return cores, deltas


def _corrected(direction: Array, rng: np.random.Generator) -> Array:
    """Directions in radians, -pi to pi, bent between knots; what a full turn gains stays 2 pi."""
    knots = np.linspace(-np.pi, np.pi, _KNOTS + 1)
    gained = rng.normal(0.0, _KNOT_DEVIATION_RAD, _KNOTS)
    gained = np.append(gained - gained.mean(), gained[0] - gained.mean())
    return np.asarray(direction + np.interp(direction, knots, gained))


def _press(ridges: Array, rng: np.random.Generator) -> Array:
    """The finger laid on the glass: float32[HEIGHT_PX, WIDTH_PX, 2], ridge height and contact."""
    shape = (HEIGHT_PX, WIDTH_PX)
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    glass = x - WIDTH_PX / 2 + 1j * (y - HEIGHT_PX / 2)
    turn = np.exp(1j * np.deg2rad(rng.normal(0, _TURNED_DEG)))
    z = glass * turn * rng.normal(1.0, 0.01) + complex(*rng.normal(0, _MOVED_PX))
    share = np.sqrt(rng.uniform(*_CONTACT))
    middle = complex(*rng.normal(0, _CONTACT_OFF_PX))
    away = np.hypot(
        (z.real - middle.real) / (_PAD_PX[0] * share), (z.imag - middle.imag) / (_PAD_PX[1] * share)
    )
    edge = 1.0 - away + 0.06 * smooth_noise(rng, shape, 26.0)
    z = _stretched(z, middle, rng)
    z = z + 2.0 * (smooth_noise(rng, shape, 70.0) + 1j * smooth_noise(rng, shape, 70.0))
    map_x = (z.real + MASTER_WIDTH_PX / 2).astype(np.float32)
    map_y = (z.imag + MASTER_HEIGHT_PX / 2).astype(np.float32)
    laid = cv2.remap(ridges, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.dstack([laid, np.clip(edge * 7.0, 0.0, 1.0)])


def _stretched(z: Array, middle: complex, rng: np.random.Generator) -> Array:
    """Where on the finger the points z of the plane come from, once the hand has moved."""
    wide, high = rng.uniform(30, 70), rng.uniform(40, 90)
    elastic = rng.uniform(0.5, 1.8)
    outside = np.hypot((z.real - middle.real) / wide, (z.imag - middle.imag) / high) - 1.0
    share = np.clip(outside / elastic, 0.0, 1.0)
    moved_along = 0.5 - 0.5 * np.cos(np.pi * share)
    twist = np.exp(1j * np.deg2rad(rng.normal(0, _TWISTED_DEG)))
    dragged = (z - middle) * twist + middle + complex(*rng.normal(0, _DRAGGED_PX, 2))
    return np.asarray(z + (dragged - z) * moved_along)
