"""The steps of extraction in their order."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from biometrics.arrays import Array, Gray, Mask
from biometrics.extraction import normalisation, orientation, segmentation, spectra, thinning
from biometrics.extraction.minutiae import Candidate, candidates
from biometrics.extraction.orientation import Flow

_COARSE_PX, _FINE_PX = 14.0, 9.0
BORDER_PX = 11
# Of 464 pictures with dark ridges none has a ground darker than its finger by more than 22.
_LEAST_GROUND, _NEGATIVE_LEVELS = 0.03, 32.0


@dataclass(frozen=True)
class Ridges:
    """What was seen of a finger at 500 dpi, before minutiae.

    `gray` uint8[h, w]; `raised` float32[h, w], of even contrast; `enhanced` float32[h, w], ridges
    positive; `mask` bool and `flow` on the grid of FIELD_STEP_PX; `found` on the windows' grid.
    """

    gray: Gray
    raised: Array
    enhanced: Array
    mask: Mask
    flow: Flow
    found: spectra.Ridges


def see_ridges(gray: Gray) -> Ridges:
    """From a picture at 500 dpi to enhanced ridges."""
    ridges = normalisation.normalise(gray)
    flow = orientation.ridge_flow(ridges, _COARSE_PX)
    windows = spectra.analyse(ridges)
    found = spectra.measure(windows, flow)
    enhanced = spectra.enhance(windows, flow, found)
    # Once more along the flow of what was enhanced, where noise no longer pulls it aside.
    flow = orientation.ridge_flow(enhanced, _FINE_PX)
    found = spectra.measure(windows, flow)
    mask = segmentation.finger_mask(found, flow.double.shape)
    enhanced = spectra.enhance(windows, flow, found)
    flow = orientation.ridge_flow(enhanced, _FINE_PX)
    seen = Ridges(gray, ridges, enhanced, mask, flow, found)
    return _upright_greys(seen) if _is_negative(seen) else seen


def _is_negative(seen: Ridges) -> bool:
    """Whether the ground beside the finger is much darker than the finger: ridges are light."""
    pixels = _pixels_of(seen)
    near = cv2.dilate(pixels.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    if not pixels.any() or np.count_nonzero(~near) < _LEAST_GROUND * near.size:
        return False
    return float(seen.gray[pixels].mean()) - float(np.median(seen.gray[~near])) > _NEGATIVE_LEVELS


def _upright_greys(seen: Ridges) -> Ridges:
    """Ridges for valleys: every step before is linear, so signs are all that changes."""
    return replace(seen, gray=255 - seen.gray, raised=-seen.raised, enhanced=-seen.enhanced)


def thinned(seen: Ridges) -> Mask:
    """Ridge lines inside the mask, bool[h, w]."""
    mask = _pixels_of(seen)
    ridges = (seen.enhanced > 0) & mask
    ridges = _without_specks(ridges, 40)
    ridges = ~_without_specks(~ridges, 25)
    return thinning.thin(ridges)


def _pixels_of(seen: Ridges) -> Mask:
    return orientation.to_pixels(seen.mask.astype(np.float32), seen.gray.shape) > 0.5


def _without_specks(binary: Mask, area: int) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(binary.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= area
    keep[0] = False
    return np.asarray(keep[labels])


def minutiae_of(seen: Ridges, lines: Mask) -> list[Candidate]:
    """All minutiae of the thinned ridges further than BORDER_PX from the mask's edge."""
    return candidates(lines, depth_of(seen) > BORDER_PX)


def depth_of(seen: Ridges) -> Array:
    """float32[h, w]: how many pixels inside the mask a pixel lies, 0 outside."""
    mask = _pixels_of(seen).astype(np.uint8)
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1])
