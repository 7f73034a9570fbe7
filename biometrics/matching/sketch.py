"""The surroundings of a minutia in 40 small numbers, to look for likely fingers among many.

Along each ring orientations change slowly, so the first harmonics of its Fourier series hold most
of it, and by Parseval's theorem products of coefficients stand for products of points.
"""

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.features import Features
from biometrics.matching.rings import LEAST_COMMON, RING_POINTS

HARMONICS = 2
NUMBERS = 2 * len(RING_POINTS) * (2 * HARMONICS + 1)
# Of a print with more minutiae the best are sketched.
MAX_SKETCHED = 60
_UNIT = 127.0


def _basis() -> Array:
    """float32[2 * points, NUMBERS]: from real and imaginary parts to coefficients."""
    points = sum(RING_POINTS)
    waves = np.zeros((points, NUMBERS // 2), np.complex128)
    first = column = 0
    for size in RING_POINTS:
        for harmonic in range(-HARMONICS, HARMONICS + 1):
            turn = np.exp(-2j * np.pi * harmonic * np.arange(size) / size)
            waves[first : first + size, column] = turn / np.sqrt(size)
            column += 1
        first += size
    return np.block([[waves.real, waves.imag], [-waves.imag, waves.real]]).astype(np.float32)


_BASIS = _basis()


def sketch(features: Features) -> Array:
    """int8[k, NUMBERS], k <= MAX_SKETCHED: of the best minutiae, each of length 127 or less."""
    rings, known = features.rings
    length = np.sqrt(np.maximum(known[:MAX_SKETCHED].sum(axis=1), LEAST_COMMON))
    numbers = rings[:MAX_SKETCHED] @ _BASIS * (_UNIT / length)[:, None]
    return np.asarray(np.clip(np.round(numbers), -_UNIT, _UNIT), np.int8)


def as_probe(sketched: Array, most: int) -> Array:
    """float32[NUMBERS, k], k <= most: a sketch times these columns is a likeness of -1 to 1."""
    return np.ascontiguousarray(sketched[:most].T * np.float32(1 / _UNIT**2))
