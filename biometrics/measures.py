"""What can be measured of an impression: how much of a finger, how clear, and how it lies."""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array, Mask
from biometrics.extraction import orientation
from biometrics.extraction.pipeline import Ridges
from biometrics.template import FIELD_STEP_PX, TEMPLATE_DPI

_CELL_MM2 = (FIELD_STEP_PX * 25.4 / TEMPLATE_DPI) ** 2
# Stained ground has more than this share of the finger's own contrast, and more than noise has.
_STAINED, _NOISE_LEVELS = 0.4, 14.0


@dataclass(frozen=True)
class Placement:
    """How the finger lies in the picture.

    `off_x`, `off_y`: its middle from the picture's, in shares of the picture, right and down.
    `left`, `right`, `top`, `bottom`: the share of each edge that the finger runs over.
    `lean_deg`: from upright, counter-clockwise, -90 to 90; `slender`: length by width, from 1.
    """

    off_x: float
    off_y: float
    left: float
    right: float
    top: float
    bottom: float
    lean_deg: float
    slender: float


@dataclass(frozen=True)
class Measures:
    """Of the finger as extraction saw it.

    `area_mm2`: ridged skin. `periodicity`: share of the ridges' energy at their own wavelength;
    `weakest`: the same where it is low, its 20th percentile. `smoothness`: mean cosine of the
    doubled difference of the flow between neighbouring squares; `coherence`: mean, 0 to 1.
    `straightness`: 1 when all ridges are parallel. `agreement`: of the flow before and after
    enhancement. `contrast`: deviation in grey levels. `skew`: of the evened grey values, above 0
    for thin, broken ridges, below for thick. `stained`: share of the ground beside the finger that
    is not empty.
    """

    area_mm2: float
    periodicity: float
    weakest: float
    smoothness: float
    coherence: float
    straightness: float
    agreement: float
    contrast: float
    skew: float
    stained: float
    placement: Placement


def measure(seen: Ridges) -> Measures:
    """Measure a picture whose mask is not empty."""
    mask = seen.mask
    pixels = orientation.to_pixels(mask.astype(np.float32), seen.gray.shape) > 0.5
    flow = orientation.ridge_flow(seen.raised, 9.0)
    inside = seen.raised[pixels]
    centred = inside - inside.mean()
    deviation = float(centred.std()) + 1e-6
    periodicity = _to_cells(seen.found.periodicity, mask.shape)[mask]
    return Measures(
        area_mm2=float(np.count_nonzero(mask)) * _CELL_MM2,
        periodicity=float(periodicity.mean()),
        weakest=float(np.percentile(periodicity, 20)),
        smoothness=_smoothness(seen),
        coherence=float(seen.flow.coherence[mask].mean()),
        straightness=float(abs(seen.flow.double[mask].mean())),
        agreement=float((flow.double * seen.flow.double.conj()).real[mask].mean()),
        contrast=float(seen.gray[pixels].std()),
        skew=float((centred**3).mean()) / deviation**3,
        stained=_stained(seen),
        placement=_placement(mask),
    )


def _to_cells(windows: Array, shape: tuple[int, ...]) -> Array:
    """The value of the nearest window for each cell; windows stand on every second corner."""
    row = (np.arange(shape[0]) + 1) // 2
    column = (np.arange(shape[1]) + 1) // 2
    return windows[np.ix_(row, column)]


def _smoothness(seen: Ridges) -> float:
    double, mask = seen.flow.double, seen.mask
    down = (double[1:] * double[:-1].conj()).real[mask[1:] & mask[:-1]]
    return float(down.mean()) if len(down) else 1.0


def _stained(seen: Ridges) -> float:
    # No copy of the picture is made, which would stay in memory after the picture is wiped.
    size, half = (FIELD_STEP_PX, FIELD_STEP_PX), FIELD_STEP_PX // 2
    mean = cv2.boxFilter(seen.gray, cv2.CV_32F, size)
    power = cv2.sqrBoxFilter(seen.gray, cv2.CV_32F, size)
    rows = np.minimum(np.arange(seen.mask.shape[0]) * FIELD_STEP_PX + half, len(mean) - 1)
    columns = np.minimum(np.arange(seen.mask.shape[1]) * FIELD_STEP_PX + half, mean.shape[1] - 1)
    cells = np.ix_(rows, columns)
    deviation = np.sqrt(np.maximum(power[cells] - mean[cells] ** 2, 0.0))
    near = cv2.dilate(seen.mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    ground = ~near
    if np.count_nonzero(ground) < 0.02 * ground.size:
        return 0.0
    least = max(_NOISE_LEVELS, _STAINED * float(np.median(deviation[seen.mask])))
    return float((deviation[ground] > least).mean())


def _placement(mask: Mask) -> Placement:
    rows, columns = mask.shape
    y, x = np.nonzero(mask)
    # The longer axis of the finger, by the spread of its cells; y down becomes y up.
    spread = np.cov(np.vstack([x, -y])) if len(x) > 2 else np.eye(2)
    sizes, axes = np.linalg.eigh(spread)
    lean = np.rad2deg(np.arctan2(axes[1, 1], axes[0, 1])) % 180 - 90
    return Placement(
        off_x=float(x.mean() + 0.5) / columns - 0.5,
        off_y=float(y.mean() + 0.5) / rows - 0.5,
        left=float(mask[:, 0].mean()),
        right=float(mask[:, -1].mean()),
        top=float(mask[0].mean()),
        bottom=float(mask[-1].mean()),
        lean_deg=float(lean),
        slender=float(np.sqrt(sizes[1] / max(sizes[0], 1e-6))),
    )
