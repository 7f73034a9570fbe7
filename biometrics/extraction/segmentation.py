"""Where in the picture the finger is: where the ridges are periodic, not where it is dark."""

import cv2
import numpy as np

from biometrics.arrays import Array, Mask
from biometrics.extraction.spectra import Ridges

# Share of a window's energy at its own wavelength and orientation. White noise has 0.05 to 0.10.
_LEAST_PERIODICITY = 0.13
_RELATIVE_PERIODICITY = 0.35


def finger_mask(found: Ridges, grid: tuple[int, int]) -> Mask:
    """bool[rows, columns] on the grid of FIELD_STEP_PX: the largest ridged part, holes filled."""
    smooth = cv2.GaussianBlur(found.periodicity, (0, 0), 0.9, borderType=cv2.BORDER_REPLICATE)
    # Window [r, c] is centred on the corner (2c, 2r) of the cells.
    x = ((np.arange(grid[1], dtype=np.float32) + 0.5) / 2)[None, :]
    y = ((np.arange(grid[0], dtype=np.float32) + 0.5) / 2)[:, None]
    x, y = (np.ascontiguousarray(a) for a in np.broadcast_arrays(x, y))
    cells = cv2.remap(smooth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    strong = float(np.percentile(cells, 95))
    threshold = max(_LEAST_PERIODICITY, _RELATIVE_PERIODICITY * strong)
    rough = (cells > threshold).astype(np.uint8)
    opened = cv2.morphologyEx(rough, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return _fill(_largest(np.asarray(opened)))


def _largest(mask: Array) -> Array:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count < 2:
        return np.zeros_like(mask)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(labels == largest, dtype=np.uint8)


def _fill(mask: Array) -> Mask:
    """Close bays narrower than seven cells and fill all holes."""
    border = 5
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    closed = cv2.morphologyEx(np.pad(mask, border), cv2.MORPH_CLOSE, disc)
    outline, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(closed, outline, -1, 1, cv2.FILLED)
    return np.asarray(closed, dtype=bool)[border:-border, border:-border]
