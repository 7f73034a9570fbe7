"""What matching needs of a template, derived from it once.

Each minutia is described by the ridge orientations on four rings around it, relative to its own
direction (Tico and Kuosmanen 2003). Plane points are complex numbers x + iy with y up.
"""

from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.template import FIELD_STEP_PX, OUTSIDE, Template

RING_RADII_PX = (27, 45, 63, 81)
RING_POINTS = (10, 16, 22, 28)
POINTS = sum(RING_POINTS)
# Of a template with more minutiae than this, the best are compared.
MAX_COMPARED = 100

# A record without our field: orientation is guessed from the minutiae about so far away.
_GUESS_PX = 24.0
_GUESS_LEAST = 0.25

_rings = np.concatenate(
    [
        radius * np.exp(2j * np.pi * np.arange(points) / points)
        for radius, points in zip(RING_RADII_PX, RING_POINTS, strict=True)
    ]
).astype(np.complex64)


@dataclass(frozen=True)
class Field:
    """`double`: complex64[rows, columns], exp(2i * orientation), 0 outside the finger;
    `points`: complex64[k], centres of every second cell inside, `values` the field there."""

    double: Array
    points: Array
    values: Array

    def at(self, points: Array) -> Array:
        """The nearest cell's value, 0 outside; any shape."""
        rows, columns = self.double.shape
        column = np.floor(points.real * (1 / FIELD_STEP_PX)).astype(np.int32) + 1
        row = np.floor(points.imag * (-1 / FIELD_STEP_PX)).astype(np.int32) + 1
        np.clip(column, 0, columns - 1, out=column)
        np.clip(row, 0, rows - 1, out=row)
        return self.double[row, column]


@dataclass(frozen=True)
class Features:
    """`place`, `direction`: complex64[n]; `weight`: float32[n], 0 to 1, how sure a minutia is.

    `rings`: float32[n, 2 * POINTS], real and imaginary parts of the doubled relative orientation,
    0 where unknown; `known`: float32[n, POINTS], 1 where known.
    """

    place: Array
    direction: Array
    weight: Array
    rings: Array
    known: Array
    field: Field


def derive(template: Template) -> Features:
    """Features of a template; at most MAX_COMPARED minutiae."""
    minutiae = template.minutiae
    order = np.argsort(-minutiae.quality.astype(np.int32), kind="stable")[:MAX_COMPARED]
    place = (minutiae.x[order] - 1j * minutiae.y[order]).astype(np.complex64)
    direction = np.exp(1j * minutiae.radians()[order]).astype(np.complex64)
    quality = minutiae.quality[order]
    weight = np.where(quality == 0, 0.5, quality / 100.0).astype(np.float32)
    field = _field(_double(template, place, direction))
    around = place[:, None] + direction[:, None] * _rings[None, :]
    relative = field.at(around) * (direction.conj() ** 2)[:, None]
    known = (relative != 0).astype(np.float32)
    rings = np.concatenate([relative.real, relative.imag], axis=1).astype(np.float32)
    return Features(place, direction, weight, rings, known, field)


def _double(template: Template, place: Array, direction: Array) -> Array:
    """complex64[rows, columns]: the field of the template, or a guess from its minutiae."""
    if template.field is not None:
        cells = template.field.cells
        double = np.exp(2j * np.deg2rad(cells.astype(np.float32))) * (cells != OUTSIDE)
        return np.asarray(double, dtype=np.complex64)
    x = (np.arange(-(-template.width // FIELD_STEP_PX)) + 0.5) * FIELD_STEP_PX
    y = (np.arange(-(-template.height // FIELD_STEP_PX)) + 0.5) * -FIELD_STEP_PX
    # The kernel falls apart into rows and columns, so even a large record costs little.
    across = np.exp((x[:, None] - place.real) ** 2 * (-0.5 / _GUESS_PX**2))
    down = np.exp((y[:, None] - place.imag) ** 2 * (-0.5 / _GUESS_PX**2))
    near = down @ across.T
    total = (down * direction**2) @ across.T
    unit = total / np.maximum(np.abs(total), 1e-9)
    return np.asarray(np.where(near > _GUESS_LEAST, unit, 0), dtype=np.complex64)


def _field(double: Array) -> Field:
    """With a border of one outside cell, so that every point has a nearest cell."""
    row, column = np.nonzero(double[::2, ::2])
    centre = (2 * column + 0.5) * FIELD_STEP_PX - 1j * (2 * row + 0.5) * FIELD_STEP_PX
    return Field(np.pad(double, 1), centre.astype(np.complex64), double[2 * row, 2 * column])
