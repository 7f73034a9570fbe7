"""Matrix products that stay on the calling thread."""

import numpy as np

from biometrics.arrays import Array

# OpenBLAS shares a product of more multiplications than this among threads, which wait for each
# other in a busy loop: with another process on the same cores a search was seen to take 100 times
# longer.
_MULTIPLICATIONS = 1 << 18


def product(rows: Array, columns: Array) -> Array:
    """float32[n, m] of float32[n, k] and float32[k, m], a few rows at a time."""
    found = np.empty((len(rows), columns.shape[1]), np.float32)
    step = max(1, _MULTIPLICATIONS // max(1, columns.size))
    for first in range(0, len(rows), step):
        np.matmul(rows[first : first + step], columns, out=found[first : first + step])
    return found
