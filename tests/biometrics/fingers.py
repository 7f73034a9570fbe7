"""Pictures the tests of this folder share: synthetic fingers, and what is no finger."""

import functools

import cv2
import numpy as np

import biometrics
from biometrics.arrays import Gray
from biometrics.synthetic import synthesise

SHAPE = (400, 352)


@functools.lru_cache(maxsize=64)
def template(finger: int, impression: int) -> biometrics.Template:
    return biometrics.extract(synthesise(finger, impression))


def no_fingers() -> dict[str, Gray]:
    rng = np.random.default_rng(7)
    height, width = SHAPE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)

    def noise(sigma: float) -> Gray:
        field = rng.standard_normal(SHAPE).astype(np.float32)
        if sigma:
            field = np.asarray(cv2.GaussianBlur(field, (0, 0), sigma), dtype=np.float32)
        return np.clip(128 + 50 * field / field.std(), 0, 255).astype(np.uint8)

    def stripes(period: float, angle: float) -> Gray:
        wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
        return np.clip(127 + 100 * wave, 0, 255).astype(np.uint8)

    def text(scale: float) -> Gray:
        page = np.full(SHAPE, 255, np.uint8)
        for line in range(1, 60):
            letters = rng.integers(97, 123, 80)
            words = "".join(chr(c) if rng.random() < 0.85 else " " for c in letters)
            at = (5, int(25 * scale * line))
            thickness = max(1, int(2 * scale))
            cv2.putText(page, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, thickness)
        return page

    found = {
        "black": np.zeros(SHAPE, np.uint8),
        "white": np.full(SHAPE, 255, np.uint8),
        "rings": np.clip(127 + 100 * np.sin(np.hypot(x - 170, y - 200) * 0.7), 0, 255).astype("u1"),
        "checkerboard": (255 * ((x // 5 + y // 5) % 2)).astype(np.uint8),
        "gradient": np.tile(np.linspace(0, 255, width), (height, 1)).astype(np.uint8),
        "small": np.zeros((20, 20), np.uint8),
    }
    found |= {f"noise of {sigma} px": noise(sigma) for sigma in (0, 1, 2, 3, 5)}
    found |= {f"stripes of {p} px at {a}": stripes(p, a) for p in (6, 9, 13) for a in (0.0, 0.6)}
    found |= {f"text of size {scale}": text(scale) for scale in (0.4, 0.6, 0.8, 1.0, 1.4)}
    return found
