"""What a score means: false matches within sets, across sets and among synthetic fingers, apart.

    python -m benchmarks.thresholds --sets DIR ... [--people N] [--across N] [--kept DIR]
                                    [--engine network]

One JSON line a group and threshold: FMR with the 95 % interval of a bootstrap over fingers (both
fingers of a pair are drawn anew, so that pairs of one finger count as what they are: not
independent), and FNMR of single impressions and of three enrolled.
"""

import argparse
import itertools
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.records import Impressions, of_people, of_set
from biometrics import Engine, Template, match
from biometrics.thresholds import false_match_rate, identification_threshold

STEPS = (16.0, 18.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 30.0)
_ROUNDS = 400
_FIRST_PERSON = 1_000
Pair = tuple[str, str, float]


def impostors(fingers: Impressions) -> Iterable[tuple[str, str, Template, Template]]:
    """Every impression of a finger against every one of the later fingers."""
    for one, other in itertools.combinations(fingers, 2):
        for a, b in itertools.product(fingers[one], fingers[other]):
            yield one, other, a, b


def scores(pairs: Iterable[tuple[str, str, Template, Template]]) -> list[Pair]:
    """Match them."""
    return [(one, other, match(a, b)) for one, other, a, b in pairs]


def across(sets: list[Impressions], count: int) -> list[tuple[str, str, Template, Template]]:
    """Random pairs of impressions from two sets."""
    rng = np.random.default_rng(3)
    every = [[(name, t) for name, each in group.items() for t in each] for group in sets]
    drawn = []
    for _ in range(count if len(every) > 1 else 0):
        k, m = rng.choice(len(every), 2, replace=False)
        one, a = every[k][rng.integers(len(every[k]))]
        other, b = every[m][rng.integers(len(every[m]))]
        drawn.append((one, other, a, b))
    return drawn


def interval(pairs: list[Pair], threshold: float) -> tuple[float, float]:
    """2.5 % and 97.5 % of the FMR when fingers are drawn anew."""
    names = {name: k for k, name in enumerate(sorted({n for p in pairs for n in p[:2]}))}
    one = np.array([names[p[0]] for p in pairs])
    other = np.array([names[p[1]] for p in pairs])
    reached = np.array([p[2] >= threshold for p in pairs], np.float64)
    rng = np.random.default_rng(4)
    rates = []
    for _ in range(_ROUNDS):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        weight = (times[one] * times[other]).astype(np.float64)
        rates.append(float((weight * reached).sum() / max(1.0, weight.sum())))
    return float(np.quantile(rates, 0.025)), float(np.quantile(rates, 0.975))


def report(group: str, pairs: list[Pair]) -> None:
    """Print a line a threshold."""
    values = np.array([score for _, _, score in pairs])
    for threshold in STEPS:
        low, high = interval(pairs, threshold)
        reached = int((values >= threshold).sum())
        line = {
            "benchmark": "false matches",
            "group": group,
            "threshold": threshold,
            "pairs": len(pairs),
            "reached": reached,
            "fmr_percent": round(100 * reached / len(pairs), 5),
            "interval_percent": [round(100 * low, 5), round(100 * high, 5)],
            "fitted_percent": round(100 * false_match_rate(threshold), 5),
        }
        if not reached:
            # None seen: with 95 % certainty no more than three in so many (were they independent).
            line["at_most_percent"] = round(100 * 3 / len(pairs), 5)
        print(json.dumps(line), flush=True)


def report_genuine(fingers: Impressions) -> None:
    """FNMR of single impressions, and of the best of three enrolled."""
    single = np.array(
        [match(a, b) for each in fingers.values() for a, b in itertools.combinations(each, 2)]
    )
    three = np.array(
        [
            max(match(probe, enrolled) for enrolled in each[:3])
            for each in fingers.values()
            for probe in each[3:]
        ]
    )
    steps = {f"{step:g}": step for step in STEPS}
    for size in (10, 100, 1_000, 10_000):
        steps[f"1:{size}"] = identification_threshold(size)
    for name, threshold in steps.items():
        line = {
            "benchmark": "false non-matches",
            "threshold": name,
            "score": round(threshold, 2),
            "fnmr_single_percent": round(100 * float((single < threshold).mean()), 2),
            "fnmr_three_enrolled_percent": round(100 * float((three < threshold).mean()), 2),
        }
        print(json.dumps(line), flush=True)


def fit(pairs: list[Pair], low: float, high: float) -> dict[str, float]:
    """Height and fall of exp(height - fall * score) through the shares reached at two scores."""
    values = np.array([score for _, _, score in pairs])
    shares = [max(float((values >= at).mean()), 0.5 / len(pairs)) for at in (low, high)]
    fall = math.log(shares[0] / shares[1]) / (high - low)
    return {"fall": round(fall, 3), "height": round(math.log(shares[0]) + fall * low, 3)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", type=Path, default=[], help="folders of pictures")
    parser.add_argument("--people", type=int, default=30, help="synthetic people to draw")
    parser.add_argument("--across", type=int, default=40_000, help="pairs across the sets")
    parser.add_argument("--kept", type=Path, help="keep records of pictures here")
    parser.add_argument(
        "--one-person",
        action="append",
        default=[],
        metavar="FINGER=FINGER",
        help="two fingers of two sets that are one person's: their pairs are left out",
    )
    parser.add_argument(
        "--engine",
        choices=[engine.value for engine in Engine],
        default=Engine.RIDGES.value,
        help="what finds the minutiae in the sets' pictures",
    )
    args = parser.parse_args()
    one_person = {frozenset(pair.split("=")) for pair in args.one_person}
    cv2.setNumThreads(1)
    sets = [of_set(folder, args.kept, Engine(args.engine)) for folder in args.sets]
    groups = {
        "within sets": [pair for fingers in sets for pair in scores(impostors(fingers))],
        "across sets": scores(
            pair for pair in across(sets, args.across) if frozenset(pair[:2]) not in one_person
        ),
        "synthetic": scores(impostors(of_people(_FIRST_PERSON, args.people, 4, args.kept))),
    }
    for group, pairs in groups.items():
        if pairs:
            report(group, pairs)
            print(json.dumps({"benchmark": "tail", "group": group, **fit(pairs, 20.0, 24.0)}))
    if sets:
        report_genuine({name: each for fingers in sets for name, each in fingers.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
