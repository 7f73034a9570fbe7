"""What is kept of a fingerprint: minutiae, and the field of ridge orientations around them."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from biometrics.matching.features import Features

TEMPLATE_DPI = 500
MAX_MINUTIAE = 255
FIELD_STEP_PX = 8
OUTSIDE = 255

UNKNOWN, ENDING, BIFURCATION = 0, 1, 2


class Engine(enum.Enum):
    """What finds the minutiae of a picture: thinned ridges, or the network of the extra `deep`."""

    RIDGES = "ridges"
    NETWORK = "network"


@dataclass(frozen=True, eq=False)
class Minutiae:
    """Ridge endings and bifurcations, best first, in the units of ISO/IEC 19794-2.

    All arrays have shape [n], n <= 255, and are read-only.
    `x`, `y`: uint16, pixels at 500 dpi from the top left corner.
    `angle`: uint8, 256ths of a turn, counter-clockwise from the right. An ending points along
    its ridge, a bifurcation along the valley between its branches.
    `kind`: uint8, UNKNOWN, ENDING or BIFURCATION. `quality`: uint8, 1 to 100, 0 is not known.
    """

    x: npt.NDArray[np.uint16]
    y: npt.NDArray[np.uint16]
    angle: npt.NDArray[np.uint8]
    kind: npt.NDArray[np.uint8]
    quality: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:  # noqa: D105
        for array in (self.x, self.y, self.angle, self.kind, self.quality):
            array.setflags(write=False)

    def __len__(self) -> int:  # noqa: D105
        return len(self.x)

    def radians(self) -> npt.NDArray[np.float32]:
        """Directions in radians, 0 to 2 pi, counter-clockwise (up is negative y)."""
        return self.angle.astype(np.float32) * np.float32(np.pi / 128)


@dataclass(frozen=True, eq=False)
class OrientationField:
    """Ridge orientation on a grid of FIELD_STEP_PX; cell [r, c] is centred on (c*8+4, r*8+4).

    `cells`: uint8[rows, columns], degrees from 0 to 179 counter-clockwise from the right,
    or OUTSIDE where there is no finger. Read-only.
    """

    cells: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:  # noqa: D105
        self.cells.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Template:
    """One impression of a finger, as it is stored and compared.

    `width`, `height`: pixels at `dpi`, which is 500. `quality`: 0 to 100. `field` is None for
    records of other vendors, which are then matched on their minutiae alone; so is `engine`.
    Two templates are equal when their records are.
    """

    width: int
    height: int
    quality: int
    minutiae: Minutiae
    field: OrientationField | None = None
    dpi: int = TEMPLATE_DPI
    engine: Engine | None = None

    def to_iso(self) -> bytes:
        """The record of ISO/IEC 19794-2:2005, with the field in a vendor's extended data."""
        from biometrics.iso19794 import encode

        return encode(self)

    @staticmethod
    def from_iso(record: bytes) -> Template:
        """Read a record of ISO/IEC 19794-2:2005, of ours or another vendor's.

        Raises TemplateError for anything else; nothing is guessed.
        """
        from biometrics.iso19794 import decode

        return decode(record)

    @functools.cached_property
    def features(self) -> Features:
        """What matching derives from the template, made once (a few 100 us)."""
        from biometrics.matching.features import derive

        return derive(self)

    def __eq__(self, other: object) -> bool:  # noqa: D105
        return isinstance(other, Template) and self.to_iso() == other.to_iso()

    def __hash__(self) -> int:  # noqa: D105
        return hash(self.to_iso())
