"""Synthetic presentation attacks, to measure the check against. Nobody's finger, no real attack.

Each takes a picture of a finger (uint8, 500 dpi, dark ridges) and gives what a reader might see
if that picture were shown to it: sent again, printed, or displayed. They are models: an attacker's
print is better or worse than these, and what is measured on them is not measured on attackers.
"""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from PIL import Image

from biometrics.arrays import Array, Gray

_DPI = 500.0
_MM_PX = _DPI / 25.4
_FINE = 3


def replayed(picture: Gray, rng: np.random.Generator) -> Gray:
    """The same bytes once more, as malware or a box on the cable would send them."""
    del rng
    return picture.copy()


def recoded(picture: Gray, rng: np.random.Generator) -> Gray:
    """The same picture through JPEG, a little brighter or darker, moved by up to 3 pixels."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=int(rng.integers(70, 95)))
    levels = np.asarray(Image.open(buffer), dtype=np.float32)
    moved = _moved(levels, rng.uniform(-3, 3, 2), 0.0)
    noisy = moved * rng.uniform(0.94, 1.06) + rng.normal(0, 2.0, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def printed(picture: Gray, rng: np.random.Generator) -> Gray:
    """Printed by dots of 100 to 150 lines an inch at some angle, and held flat on the glass."""
    tones = _fine(picture)
    lines_mm = rng.uniform(100.0, 150.0) / 25.4
    angle = np.deg2rad(rng.uniform(10, 80))
    y, x = np.mgrid[0 : tones.shape[0], 0 : tones.shape[1]] / (_MM_PX * _FINE)
    across = np.cos(2 * np.pi * lines_mm * (x * np.cos(angle) + y * np.sin(angle)))
    down = np.cos(2 * np.pi * lines_mm * (y * np.cos(angle) - x * np.sin(angle)))
    dots = np.where(tones / 255.0 > 0.5 + 0.25 * (across + down), 235.0, 25.0)
    return _captured(dots, picture.shape, rng, blur=0.35)


def laser_printed(picture: Gray, rng: np.random.Generator) -> Gray:
    """Printed in pure black and white by a fine printer: even ink from edge to edge."""
    flat = cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.float32)
    ground = cv2.GaussianBlur(flat, (0, 0), 9.0)
    ink = np.where(flat < ground - 2.0, 30.0, 225.0)
    return _captured(_fine(ink), picture.shape, rng, blur=0.7)


def displayed(picture: Gray, rng: np.random.Generator) -> Gray:
    """Shown on a telephone's screen of 300 to 460 dots an inch."""
    tones = _fine(picture)
    dots_mm = rng.uniform(300.0, 460.0) / 25.4
    angle = np.deg2rad(rng.uniform(-20, 20))
    y, x = np.mgrid[0 : tones.shape[0], 0 : tones.shape[1]] / (_MM_PX * _FINE)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    # A third of a dot glows in the colour that the sensor sees; rows are parted by a gap.
    grid = (0.5 + 0.5 * np.cos(2 * np.pi * dots_mm * u)) * (
        0.8 + 0.2 * np.cos(2 * np.pi * dots_mm * v)
    )
    return _captured(tones * (0.45 + 0.55 * grid), picture.shape, rng, blur=0.3)


SINGLE: Mapping[str, Callable[[Gray, np.random.Generator], Gray]] = MappingProxyType(
    {
        "replayed": replayed,
        "recoded": recoded,
        "printed": printed,
        "laser_printed": laser_printed,
        "displayed": displayed,
    }
)


def still(picture: Gray, rng: np.random.Generator, count: int = 3) -> tuple[Gray, ...]:
    """A stiff copy laid on the reader several times: it moves and turns, and nothing else."""
    copies = []
    for _ in range(count):
        moved = _moved(picture.astype(np.float32), rng.normal(0, 6, 2), rng.normal(0, 3))
        noisy = moved + rng.normal(0, 2.5, picture.shape)
        copies.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return tuple(copies)


def _fine(picture: Array) -> Array:
    grown = cv2.resize(picture, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown, dtype=np.float32)


def _captured(fine: Array, shape: tuple[int, ...], rng: np.random.Generator, blur: float) -> Gray:
    """What the sensor makes of it: its own dots, optics and noise. `blur` in its pixels."""
    seen = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), blur * _FINE)
    # Every third value, not the mean: a sensor's dots do not see what lies between them.
    sampled = seen[1::_FINE, 1::_FINE][: shape[0], : shape[1]]
    return np.clip(sampled + rng.normal(0, 3.0, sampled.shape), 0, 255).astype(np.uint8)


def _moved(levels: Array, shift: Array, turn_deg: float) -> Array:
    height, width = levels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(turn_deg), 1.0)
    matrix[:, 2] += shift
    ground = float(np.percentile(levels, 90))
    return np.asarray(
        cv2.warpAffine(levels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=ground),
        dtype=np.float32,
    )
