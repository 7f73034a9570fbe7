"""From any picture to ridges of even contrast at 500 dpi."""

import cv2
import numpy as np

from biometrics.arrays import Array, Gray
from biometrics.template import TEMPLATE_DPI

MIN_DPI, MAX_DPI = 200, 2000

_MEAN_SIGMA_PX = 10.0
_CONTRAST_SIGMA_PX = 16.0
# A part of the picture with less than this share of the strongest contrast is not raised to full.
_CONTRAST_FLOOR = 0.12


def resample(gray: Gray, dpi: int) -> Gray:
    """Bring a picture of `dpi` dots an inch to 500."""
    if dpi == TEMPLATE_DPI:
        return gray
    scale = TEMPLATE_DPI / dpi
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=how), dtype=np.uint8)


def normalise(gray: Gray) -> Array:
    """Local mean 0 and local deviation about 1, ridges (dark) positive; float32[h, w], -3 to 3."""
    ridges = 255.0 - gray.astype(np.float32)
    ridges -= cv2.GaussianBlur(ridges, (0, 0), _MEAN_SIGMA_PX)
    deviation = np.sqrt(cv2.GaussianBlur(ridges * ridges, (0, 0), _CONTRAST_SIGMA_PX))
    floor = max(1.5, _CONTRAST_FLOOR * float(np.percentile(deviation[::8, ::8], 95)))
    return np.asarray(np.clip(ridges / (deviation + floor), -3.0, 3.0), dtype=np.float32)
