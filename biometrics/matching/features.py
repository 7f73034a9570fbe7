"""What matching needs of a template, derived from it once."""

import functools
from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.template import FIELD_STEP_PX, OUTSIDE, Template

# Of a template with more minutiae than this, the best are compared.
MAX_COMPARED = 100

# A record without our field: orientation is guessed from the minutiae about so far away.
_GUESS_PX = 24.0
_GUESS_LEAST = 0.25


@dataclass(frozen=True, eq=False)
class Features:
    """`minutiae`: float32[5, n], n <= MAX_COMPARED, best first: x, y in pixels with y upwards (so
    y <= 0), the direction's cosine and sine, and how sure it is, 0 to 1.

    `cells`: uint8[rows, columns], the field of orientations as in the template, or a guess.
    """

    minutiae: Array
    cells: Array

    @functools.cached_property
    def rings(self) -> tuple[Array, Array]:
        """As `rings.describe` gives them."""
        from biometrics.matching.rings import describe

        return describe(self.minutiae, self.cells)


def derive(template: Template) -> Features:
    """Features of a template; at most MAX_COMPARED minutiae."""
    minutiae = template.minutiae
    order = np.argsort(-minutiae.quality.astype(np.int32), kind="stable")[:MAX_COMPARED]
    angle = minutiae.radians()[order]
    quality = minutiae.quality[order]
    packed = np.empty((5, len(order)), np.float32)
    packed[0] = minutiae.x[order]
    packed[1] = -minutiae.y[order].astype(np.float32)
    packed[2] = np.cos(angle)
    packed[3] = np.sin(angle)
    packed[4] = np.where(quality == 0, 0.5, quality / 100.0)
    return Features(packed, _cells(template, packed))


def _cells(template: Template, packed: Array) -> Array:
    """The template's field, or a guess from the directions of its minutiae."""
    if template.field is not None:
        return template.field.cells.copy()
    x = (np.arange(-(-template.width // FIELD_STEP_PX)) + 0.5) * FIELD_STEP_PX
    y = (np.arange(-(-template.height // FIELD_STEP_PX)) + 0.5) * -FIELD_STEP_PX
    # The kernel falls apart into rows and columns, so even a large record costs little.
    across = np.exp((x[:, None] - packed[0]) ** 2 * (-0.5 / _GUESS_PX**2))
    down = np.exp((y[:, None] - packed[1]) ** 2 * (-0.5 / _GUESS_PX**2))
    near = down @ across.T
    total = (down * (packed[2] + 1j * packed[3]) ** 2) @ across.T
    degrees = np.round(np.rad2deg(np.angle(total)) / 2).astype(np.int32) % 180
    return np.where(near > _GUESS_LEAST, degrees, OUTSIDE).astype(np.uint8)
