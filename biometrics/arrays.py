"""Names for NumPy arrays; shapes are said where they are used."""

from typing import Any

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
# cv2 and arithmetic lose the element type on the way; docstrings say it.
Array = npt.NDArray[Any]
