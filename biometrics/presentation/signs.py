"""What a picture can tell of how it came about: pure measures, no thresholds.

None of them sees life. They see what printing, displaying and sending again leave in a picture.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array, Gray

# Ridges and their bends have less than this many cycles a pixel at 500 dpi; dots have more.
_LOWEST, _HIGHEST, _RING = 0.21, 0.48, 0.03
_AXIS_BINS = 2
_MOST_SIDE_PX = 256
_LEAST_SIDE_PX = 96
_LOCAL_PX = 8.0
_THUMBNAIL_PX = 4
_SHIFT_PX = 3


@dataclass(frozen=True, eq=False)
class Trace:
    """What is kept of a picture for a while: too coarse to find a minutia in.

    `thumbnail`: float32, a quarter of the picture's sides, mean 0 and deviation 1.
    """

    thumbnail: Array


@dataclass(frozen=True)
class Touch:
    """How a finger lay: `contact`, share of the picture with ridges; `sharpness`, of their edges,
    in shares of their contrast a pixel; `darkness`, mean grey under contact, 0 to 1.
    """

    contact: float
    sharpness: float
    darkness: float


def pattern(picture: Gray) -> float:
    """How far a regular fine pattern stands out of the spectrum: 1 is not at all.

    The highest peak among frequencies above those of ridges, over the median of its ring. Dots of
    a printing screen and of a display, and the moire of either with the sensor's dots, stand on
    single frequencies; ridges and noise are spread over their rings. 0 if the picture is small.
    """
    side = min(*picture.shape, _MOST_SIDE_PX) // 2 * 2
    if side < _LEAST_SIDE_PX:
        return 0.0
    top, left = ((length - side) // 2 for length in picture.shape)
    middle = picture[top : top + side, left : left + side].astype(np.float32)
    middle -= cv2.GaussianBlur(middle, (0, 0), _LOCAL_PX)
    window = np.hanning(side)
    spectrum = np.abs(np.fft.fftshift(np.fft.fft2(middle * window[:, None] * window[None, :])))
    y, x = np.mgrid[-side // 2 : side // 2, -side // 2 : side // 2]
    radius = np.hypot(x, y) / side
    # Rows and columns of the sensor itself stand on the axes.
    looked_at = (np.abs(x) > _AXIS_BINS) & (np.abs(y) > _AXIS_BINS)
    highest = 0.0
    for inner in np.arange(_LOWEST, _HIGHEST - _RING / 2, _RING):
        ring = spectrum[looked_at & (radius >= inner) & (radius < inner + _RING)]
        highest = max(highest, float(ring.max()) / (float(np.median(ring)) + 1e-6))
    return highest


def trace(picture: Gray) -> Trace:
    """What is kept to know the picture again."""
    return Trace(_thumbnail(picture))


def shifted(picture: Gray) -> tuple[Array, ...]:
    """Thumbnails of a picture shifted by less than a dot of theirs, for `likeness`."""
    shifts = np.ndindex(_THUMBNAIL_PX, _THUMBNAIL_PX)
    return tuple(_thumbnail(picture[down:, right:]) for down, right in shifts)


def likeness(kept: Trace, seen: tuple[Array, ...]) -> float:
    """Correlation of a picture, `shifted`, with a trace at the best shift of up to 12 pixels.

    1 for the same picture, 0 for one of another size.
    """
    inner = np.ascontiguousarray(kept.thumbnail[_SHIFT_PX:-_SHIFT_PX, _SHIFT_PX:-_SHIFT_PX])
    best = -1.0
    for thumbnail in seen:
        shapes = zip(thumbnail.shape, inner.shape, strict=True)
        if any(has < wanted or has > wanted + 2 * _SHIFT_PX for has, wanted in shapes):
            return 0.0
        found = cv2.matchTemplate(thumbnail, inner, cv2.TM_CCOEFF_NORMED)
        best = max(best, float(found.max()))
    return best


def _thumbnail(picture: Gray) -> Array:
    height, width = (max(8, side // _THUMBNAIL_PX) for side in picture.shape)
    whole = picture[: height * _THUMBNAIL_PX, : width * _THUMBNAIL_PX]
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray((small - small.mean()) / (float(small.std()) + 1e-6), dtype=np.float32)


def touch(picture: Gray) -> Touch:
    """How the finger lay in one picture."""
    smooth = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.7)
    under = _contact(smooth)
    if not under.any():
        return Touch(0.0, 0.0, 0.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.125)
    contrast = float(smooth[under].std()) + 1e-6
    return Touch(
        contact=float(under.mean()),
        sharpness=float(np.hypot(across, down)[under].mean()) / contrast,
        darkness=1.0 - float(smooth[under].mean()) / 255.0,
    )


def change(touches: tuple[Touch, ...]) -> float:
    """How much touches of one finger differ in contact, sharpness and darkness, as a share.

    0 for fewer than two. A stiff copy lies the same way every time; skin never does.
    """
    if len(touches) < 2:
        return 0.0
    table = np.array([(t.contact, t.sharpness, t.darkness) for t in touches])
    spread = table.max(axis=0) - table.min(axis=0)
    return float((spread / (table.mean(axis=0) + 1e-6)).max())


def _contact(smooth: Array) -> Array:
    """Where ridges are: bool[h, w], where grey changes at least half as much as at its most."""
    local = cv2.GaussianBlur(smooth, (0, 0), _LOCAL_PX)
    power = cv2.GaussianBlur((smooth - local) ** 2, (0, 0), _LOCAL_PX)
    deviation = np.sqrt(np.maximum(power, 0.0))
    most = float(np.percentile(deviation, 95))
    return np.asarray(deviation > max(0.5 * most, 2.0))
