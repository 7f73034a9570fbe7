"""Pictures of fingers that nobody has, for the demo and for tests.

A finger is grown after SFinGe (Cappelli, Maio and Maltoni 2000): an orientation field of loops
and deltas (Sherlock and Monro 1993), a map of ridge distances, and noise that is filtered along
both until ridges stand. An impression is that finger as a reader might see it once: turned,
shifted, stretched, dry or wet, in partial contact, scratched and noisy.

The same numbers give the same picture. Nothing here is random in the sense of security.
"""

import functools
from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array, Gray
from biometrics.extraction.orientation import Flow
from biometrics.extraction.spectra import Ridges, analyse, enhance
from biometrics.template import FIELD_STEP_PX

WIDTH_PX, HEIGHT_PX = 352, 416
# The finger reaches past the picture, so that a shifted impression has ridges to show.
_MARGIN_PX = 48
MASTER_WIDTH_PX, MASTER_HEIGHT_PX = WIDTH_PX + 2 * _MARGIN_PX, HEIGHT_PX + 2 * _MARGIN_PX
_GROWTH_ROUNDS = 14


@dataclass(frozen=True)
class Variation:
    """How much the impressions of one finger differ; standard deviations unless said otherwise.

    `rotation_deg`, `shift_px`; `stretch_px`: non-linear displacement; `wetness`: 0 would be even
    ink, 1 shows ridges that melt or break; `noise`: of the sensor, grey levels; `least_contact`:
    smallest share of the finger's pad that may touch.

    What all impressions have in common: `turned_deg`, counter-clockwise; `moved_px`, right and down
    on the picture; `pressure`, below 0 for a dry finger, above for a wet one (1 is extreme);
    `ink`: how dark the ridges are, 1 as usual; `stains`: share of the glass that is dirty.
    """

    rotation_deg: float = 8.0
    shift_px: float = 14.0
    stretch_px: float = 4.0
    wetness: float = 0.38
    noise: float = 9.0
    least_contact: float = 0.62
    turned_deg: float = 0.0
    moved_px: tuple[float, float] = (0.0, 0.0)
    pressure: float = 0.0
    ink: float = 1.0
    stains: float = 0.0


NATURAL = Variation()


def synthesise(finger_seed: int, impression: int, variation: Variation = NATURAL) -> Gray:
    """One impression of a finger, uint8[416, 352] at 500 dpi, dark ridges on a light ground.

    `finger_seed` >= 0 names the finger, `impression` >= 0 the touch. About 0.5 s for a finger's
    first impression and 30 ms for its others.
    """
    ridges = _finger(finger_seed)
    rng = np.random.default_rng((0x1D, finger_seed, impression))
    seen = _press(ridges, rng, variation)
    return develop(seen, rng, variation)


@functools.lru_cache(maxsize=8)
def _finger(seed: int) -> Array:
    """The finger's ridges, float32[MASTER_HEIGHT_PX, MASTER_WIDTH_PX], -1 valley to 1 ridge."""
    rng = np.random.default_rng((0x0F, seed))
    return grow(_flow(rng), (7.6, 10.6), rng)


def grow(flow: Flow, wavelength_px: tuple[float, float], rng: np.random.Generator) -> Array:
    """Ridges along `flow` out of noise, at a mean distance drawn from `wavelength_px`.

    float32[MASTER_HEIGHT_PX, MASTER_WIDTH_PX], -1 valley to 1 ridge, read-only.
    """
    shape = (MASTER_HEIGHT_PX, MASTER_WIDTH_PX)
    picture = rng.standard_normal(shape).astype(np.float32)
    windows = analyse(picture)
    wavelength = rng.uniform(*wavelength_px) * (
        1.0 + 0.10 * smooth_noise(rng, (windows.rows, windows.columns), 7.0)
    )
    # Ridges stand further apart towards the finger's first joint.
    wavelength *= np.linspace(0.95, 1.12, windows.rows)[:, None]
    distances = Ridges(
        -np.log2(wavelength).astype(np.float32),
        np.ones((windows.rows, windows.columns), np.float32),
    )
    for round_ in range(_GROWTH_ROUNDS):
        # The windows' lattice moves by half a hop from round to round, so that it leaves no trace
        # that all fingers would share.
        down, right = FIELD_STEP_PX * (round_ % 2), FIELD_STEP_PX * (round_ // 2 % 2)
        rolled = np.roll(picture, (down, right), (0, 1))
        double = np.roll(flow.double, (down // FIELD_STEP_PX, right // FIELD_STEP_PX), (0, 1))
        grown = enhance(analyse(rolled), Flow(double, flow.coherence), distances)
        picture = np.roll(grown, (-down, -right), (0, 1))
        picture = np.tanh(picture * np.float32(2.0 / (picture.std() + 1e-6)))
    picture.setflags(write=False)
    return picture


def _flow(rng: np.random.Generator) -> Flow:
    """Orientation of an arch, a loop, a whorl or a double loop, about as often as in people."""
    rows, columns = MASTER_HEIGHT_PX // FIELD_STEP_PX, MASTER_WIDTH_PX // FIELD_STEP_PX
    x = (np.arange(columns) + 0.5) * FIELD_STEP_PX - MASTER_WIDTH_PX / 2
    y = MASTER_HEIGHT_PX / 2 - (np.arange(rows) + 0.5) * FIELD_STEP_PX
    # Fingers of one class still differ: slim and broad ones, cores high and low.
    z = x[None, :] * rng.uniform(0.75, 1.3) + 1j * y[:, None] * rng.uniform(0.75, 1.3)
    kind = rng.choice(4, p=[0.07, 0.60, 0.23, 0.10])
    side = float(rng.choice([-1.0, 1.0]))
    centre = complex(rng.normal(0, 18), rng.normal(15, 26))
    if kind == 0:
        height = rng.uniform(0.5, 1.0)
        bump = np.exp(-(((z.real - centre.real) / 75.0) ** 2 + ((z.imag - centre.imag) / 110) ** 2))
        angle = -height * 1.35 * np.sin((z.real - centre.real) / 48.0) * bump
    else:
        cores, deltas = _singularities(kind, side, centre, rng)
        angle = np.zeros(z.shape)
        for core in cores:
            angle += 0.5 * np.angle((z - core) * -1j)
        for delta in deltas:
            angle -= 0.5 * np.angle((z - delta) * -1j)
    angle += 0.22 * smooth_noise(rng, z.shape, 9.0)
    return flow_of(angle)


def flow_of(angle: Array) -> Flow:
    """The flow of orientations in radians on the grid of FIELD_STEP_PX, smoothed a little."""
    double = np.exp(2j * angle).astype(np.complex64)
    bent = cv2.GaussianBlur(np.dstack([double.real, double.imag]), (0, 0), 1.2)
    length = np.hypot(bent[..., 0], bent[..., 1])
    unit = (bent[..., 0] + 1j * bent[..., 1]) / np.maximum(length, 1e-6)
    return Flow(unit.astype(np.complex64), np.clip(length, 0, 1).astype(np.float32) ** 3)


def _singularities(
    kind: int, side: float, centre: complex, rng: np.random.Generator
) -> tuple[list[complex], list[complex]]:
    if kind == 1:
        delta = centre + complex(side * rng.uniform(70, 115), -rng.uniform(95, 150))
        return [centre], [delta]
    gap = rng.uniform(8, 26) if kind == 2 else rng.uniform(30, 55)
    lean = side * rng.uniform(0, 8) if kind == 2 else side * rng.uniform(15, 40)
    cores = [centre + complex(lean, gap) / 2, centre - complex(lean, gap) / 2]
    deltas = [
        centre + complex(-rng.uniform(90, 130), -rng.uniform(85, 140)),
        centre + complex(rng.uniform(90, 130), -rng.uniform(85, 140)),
    ]
    return cores, deltas


def smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Array:
    """Gaussian noise of deviation about 1 that changes over `sigma` elements; float32[shape]."""
    step = max(1, int(sigma / 2))
    small = rng.standard_normal([-(-side // step) + 4 for side in shape]).astype(np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / step), dtype=np.float32)
    small /= small.std() + 1e-6
    grown = cv2.resize(small, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown[step : step + shape[0], step : step + shape[1]])


def _press(ridges: Array, rng: np.random.Generator, variation: Variation) -> Array:
    """The finger laid on the glass: float32[HEIGHT_PX, WIDTH_PX, 2], ridge height and contact."""
    shape = (HEIGHT_PX, WIDTH_PX)
    turn = np.exp(1j * np.deg2rad(rng.normal(0, variation.rotation_deg)))
    shift = complex(*rng.normal(0, variation.shift_px, 2))
    scale = rng.normal(1.0, 0.01)
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    # y points down: a finger turned counter-clockwise is looked up clockwise.
    laid_out = np.exp(1j * np.deg2rad(variation.turned_deg))
    moved = (
        x - variation.moved_px[0] - WIDTH_PX / 2 + 1j * (y - variation.moved_px[1] - HEIGHT_PX / 2)
    )
    moved = moved * laid_out
    z = moved * turn * scale + shift
    bend = smooth_noise(rng, shape, 70.0) + 1j * smooth_noise(rng, shape, 70.0)
    # Skin near the middle sticks to the glass, skin towards the edge is dragged along.
    drag = complex(*rng.normal(0, 1.3 * variation.stretch_px, 2))
    reach = np.minimum(1.0, (np.abs(z) / 170.0) ** 2)
    z = z + variation.stretch_px * bend + drag * reach
    map_x = (z.real + MASTER_WIDTH_PX / 2).astype(np.float32)
    map_y = (z.imag + MASTER_HEIGHT_PX / 2).astype(np.float32)
    laid = cv2.remap(ridges, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    part = np.sqrt(rng.uniform(variation.least_contact, 1.0))
    middle = complex(*rng.normal(0, 14 * (2 - part), 2))
    away = np.hypot((z.real - middle.real) / (150 * part), (z.imag - middle.imag) / (195 * part))
    edge = 1.0 - away + 0.06 * smooth_noise(rng, shape, 26.0)
    return np.dstack([laid, np.clip(edge * 7.0, 0.0, 1.0)])


def develop(seen: Array, rng: np.random.Generator, variation: Variation) -> Gray:
    """The sensor's picture of pressed ridges, uint8[HEIGHT_PX, WIDTH_PX]."""
    shape = (HEIGHT_PX, WIDTH_PX)
    laid, contact = seen[..., 0], seen[..., 1]
    pressure = variation.pressure + variation.wetness * float(np.clip(rng.normal(), -2.0, 2.0))
    patches = 0.45 * variation.wetness * smooth_noise(rng, shape, 24.0)
    grain = 0.9 * variation.wetness * smooth_noise(rng, shape, 2.6)
    height = laid + pressure + patches + grain - 7.0 * (1.0 - contact)
    ink = 1.0 / (1.0 + np.exp(-5.0 * height))
    marked = _scratch(ink.astype(np.float32), rng, variation)
    blurred = cv2.GaussianBlur(marked, (0, 0), rng.uniform(0.6, 1.0))
    paper = rng.uniform(205, 250)
    depth = variation.ink * rng.uniform(0.55, 0.95) * (1.0 + 0.12 * smooth_noise(rng, shape, 60.0))
    gray = paper * (1.0 - depth * blurred) + 4.0 * smooth_noise(rng, shape, 80.0)
    gray += rng.normal(0.0, variation.noise * rng.uniform(0.4, 1.2), shape)
    if variation.stains:
        gray -= _stains(rng, variation)
    return np.clip(gray, 0, 255).astype(np.uint8)


def _scratch(ink: Array, rng: np.random.Generator, variation: Variation) -> Array:
    """Wrinkles and cuts: light lines across the ridges."""
    lines = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    for _ in range(int(rng.poisson(6.0 * variation.wetness))):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(0, HEIGHT_PX)
        angle, length = rng.uniform(0, np.pi), rng.uniform(30, 140)
        end = (round(x + length * np.cos(angle)), round(y + length * np.sin(angle)))
        cv2.line(lines, (round(x), round(y)), end, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    return np.asarray(ink * (1.0 - 0.85 * lines.astype(np.float32) / 255.0))


def _stains(rng: np.random.Generator, variation: Variation) -> Array:
    """Grease and dust on the glass, in grey levels: patches with a texture of their own."""
    shape = (HEIGHT_PX, WIDTH_PX)
    patches = smooth_noise(rng, shape, 22.0)
    dirty = patches > np.quantile(patches, 1.0 - variation.stains)
    soft = cv2.GaussianBlur(dirty.astype(np.float32), (0, 0), 3.0)
    return np.asarray(soft * (40.0 + 45.0 * smooth_noise(rng, shape, 3.0)))
