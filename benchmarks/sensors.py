"""The same synthetic fingers enrolled on one reader and shown on another.

    python -m benchmarks.sensors [--fingers N] [--draw PNG]

One JSON line for each pair of sensor models of `biometrics.synthetic_sensors`: of the touches, the
share that verified against three enrolled impressions at the 1:1 threshold, and of strangers'.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

import biometrics
from biometrics.arrays import Gray
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.synthetic import synthesise
from biometrics.synthetic_sensors import INVERTED, OPTICAL, SERIAL, SensorModel, render

MODELS = (OPTICAL, SERIAL, INVERTED)
FIRST_FINGER, ENROLLED, SHOWN = 4000, 3, 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fingers", type=int, default=40)
    parser.add_argument("--draw", type=Path, metavar="PNG")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.draw:
        cv2.imwrite(str(options.draw), drawing(FIRST_FINGER))
    templates = {
        (model.name, finger, impression): template(finger, impression, model)
        for model in MODELS
        for finger in range(options.fingers)
        for impression in range(ENROLLED + SHOWN)
    }
    for enrolled in MODELS:
        for shown in MODELS:
            own: list[float] = []
            strangers: list[float] = []
            for finger in range(options.fingers):
                for impression in range(ENROLLED, ENROLLED + SHOWN):
                    probe = templates[shown.name, finger, impression]
                    for other, scores in (
                        (finger, own),
                        ((finger + 1) % options.fingers, strangers),
                    ):
                        scores.append(
                            best(
                                probe, [templates[enrolled.name, other, i] for i in range(ENROLLED)]
                            )
                        )
            print(
                json.dumps(
                    {
                        "bench": "sensors",
                        "enrolled": enrolled.name,
                        "shown": shown.name,
                        "touches": len(own),
                        "verified": share(own),
                        "strangers_verified": share(strangers),
                    }
                ),
                flush=True,
            )


def seen(finger: int, impression: int, model: SensorModel) -> tuple[Gray, Gray]:
    """The raw picture and what the driver makes of it."""
    raw = render(synthesise(FIRST_FINGER + finger, impression), model, finger * 10 + impression)
    sensor = Sensor(model.dpi, model.light_ridges, model.frame_px, model.levels)
    return raw, normalise(raw, sensor)


def template(finger: int, impression: int, model: SensorModel) -> biometrics.Template | None:
    """The template, or None where extraction refuses the picture."""
    try:
        return biometrics.extract(seen(finger, impression, model)[1], model.dpi)
    except biometrics.BiometricsError:
        return None


def best(probe: biometrics.Template | None, candidates: list[biometrics.Template | None]) -> float:
    """The best score; 0 for a picture that was refused."""
    scores = [biometrics.match(probe, each) for each in candidates if probe and each]
    return max(scores, default=0.0)


def share(scores: list[float]) -> float:
    """How many reach the threshold."""
    hits = sum(score >= biometrics.THRESHOLD_FMR_0_01_PERCENT for score in scores)
    return round(hits / len(scores), 4)


def drawing(finger: int) -> Gray:
    """Raw above, normalised below, one column a model."""
    columns = []
    for model in MODELS:
        raw, even = seen(finger - FIRST_FINGER, 0, model)
        pair = [cv2.copyMakeBorder(_fitted(p), 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=255)
                for p in (raw, even)]  # fmt: skip
        columns.append(np.vstack(pair))
    return np.hstack(columns)


def _fitted(picture: Gray) -> Gray:
    """Centred on 352 x 416 grey pixels."""
    canvas = np.full((416, 352), 220, np.uint8)
    height, width = picture.shape
    top, left = (416 - height) // 2, (352 - width) // 2
    canvas[top : top + height, left : left + width] = picture
    return canvas


if __name__ == "__main__":
    main()
