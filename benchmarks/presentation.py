"""Presentation attack detection, measured on synthetic attacks (ISO/IEC 30107-3).

    python -m benchmarks.presentation [--fingers N] [--sets DIR ...] [--draw PNG]

APCER, a kind of attack: the share of attack presentations that were taken for a finger. BPCER: the
share of touches of fingers that were taken for an attack. The sets (pictures FINGER_IMPRESSION.EXT
of real fingers) are bona fide presentations only. One JSON line a figure.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from biometrics.arrays import Gray
from biometrics.evaluation import pictures_in
from biometrics.pictures import read
from biometrics.presentation.attacks import SINGLE, still
from biometrics.presentation.check import BURST, Suspicion, suspicions
from biometrics.presentation.signs import Touch, Trace, touch, trace
from biometrics.synthetic import synthesise

# None of these was looked at when the thresholds were set (100 to 115).
FIRST_FINGER = 2000
IMPRESSIONS = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fingers", type=int, default=50)
    parser.add_argument("--sets", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(30107)
    fingers = [
        [synthesise(FIRST_FINGER + finger, touch_) for touch_ in range(IMPRESSIONS)]
        for finger in range(options.fingers)
    ]
    bona_fide("synthetic", fingers)
    for name, attack in SINGLE.items():
        # A machine that saw the finger itself before knows what is sent again.
        again = name in ("replayed", "recoded")
        shown = [
            suspicions(attack(picture, rng), (trace(picture),) if again else (), ())
            for pictures in fingers
            for picture in pictures
        ]
        tell_attack(name, shown)
    stiff = []
    for picture, *_ in fingers:
        touches = tuple(touch(each) for each in still(picture, rng, BURST))
        stiff.append(suspicions(picture, (), touches))
    tell_attack("still", stiff)
    for folder in options.sets:
        people = pictures_in(folder).values()
        bona_fide(folder.name, ([read(path).gray for path in each.values()] for each in people))


def bona_fide(name: str, fingers: Iterable[list[Gray]]) -> None:
    """Each finger's touches in their order, those before kept as a machine would."""
    judged = []
    for pictures in fingers:
        kept: list[Trace] = []
        touches: list[Touch] = []
        for picture in pictures:
            touches.append(touch(picture))
            judged.append(suspicions(picture, kept, tuple(touches)))
            kept.append(trace(picture))
    by_sign = {sign.name.lower(): share(sign in each for each in judged) for sign in Suspicion}
    figure = {"bench": "presentation", "bona_fide": name, "touches": len(judged)}
    say(figure | {"bpcer": share(bool(each) for each in judged)} | by_sign)


def tell_attack(name: str, judged: list[tuple[Suspicion, ...]]) -> None:
    """The share that got through."""
    figure = {"bench": "presentation", "attack": name, "presentations": len(judged)}
    say(figure | {"apcer": share(not each for each in judged)})


def share(hits: Iterable[bool]) -> float:
    """The share of true ones."""
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else 0.0


def say(figure: dict[str, object]) -> None:
    """One line."""
    print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
