"""Accuracy and speed of fingerprint matching beside NBIS, in one run.

    python benchmarks/accuracy.py [--sets DIR ...] [--synthetic N] [--network] [--alone]

One JSON line an engine and set of pictures, and one for all sets under one threshold
("pooled"). Without --sets, synthetic fingers as a field trial has them, eight impressions of each;
no threshold may come from these. NBIS is left out where nbis-py is not installed.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import biometrics
from biometrics.evaluation import REFUSED, Scores, error_curve, pictures_in
from biometrics.extraction import network
from biometrics.pictures import read
from biometrics.synthetic_trial import trial_impression

Pictures = dict[str, list[np.ndarray[Any, Any]]]
Extract = Callable[[Any], Any]
Match = Callable[[Any, Any], float]
FVC_IMPRESSIONS = 8


def ours(engine: biometrics.Engine = biometrics.Engine.RIDGES) -> tuple[Extract, Match]:
    """This project's engine."""
    return lambda gray: biometrics.extract(gray, engine=engine), biometrics.match


def nbis_engine() -> tuple[Extract, Match]:
    """mindtct and bozorth3 through nbis-py. Raises ImportError."""
    import nbis

    extractor = nbis.new_nbis_extractor(
        nbis.NbisExtractorSettings(
            min_quality=0.0,
            get_center=False,
            check_fingerprint=False,
            compute_nfiq2=False,
            ppi=None,
        )
    )

    def extract(gray: np.ndarray[Any, Any]) -> Any:
        return extractor.extract_minutiae(cv2.imencode(".bmp", gray)[1].tobytes())

    return extract, lambda probe, candidate: float(probe.compare(candidate))


def load(folder: Path) -> Pictures:
    """A set at 500 dpi; a file dpi.txt in the folder says if its pictures have another."""
    note = folder / "dpi.txt"
    dpi = int(note.read_text().split()[0]) if note.exists() else 500
    return {
        finger: [_at_500(read(path).gray, dpi) for _, path in sorted(each.items())]
        for finger, each in pictures_in(folder).items()
    }


def _at_500(gray: np.ndarray[Any, Any], dpi: int) -> np.ndarray[Any, Any]:
    if dpi == 500:
        return gray
    scale = 500 / dpi
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def synthetic(fingers: int, impressions: int = FVC_IMPRESSIONS, first: int = 0) -> Pictures:
    """Fingers nobody has, drawn as hard to tell apart as people's; seeds from `first` on."""
    return {
        str(finger): [trial_impression(finger, number) for number in range(impressions)]
        for finger in range(first, first + fingers)
    }


def measure(pictures: Pictures, extract: Extract, match: Match) -> tuple[Scores, dict[str, Any]]:
    """Scores after the FVC protocol with all impostor pairs, and CPU times."""
    began = time.process_time()
    templates: dict[str, list[Any]] = {}
    refused = 0
    for finger, each in pictures.items():
        templates[finger] = []
        for gray in each:
            try:
                templates[finger].append(extract(gray))
            except Exception:  # noqa: BLE001 - whatever an engine refuses with is a refusal
                templates[finger].append(None)
                refused += 1
    count = sum(map(len, templates.values()))
    extract_ms = 1e3 * (time.process_time() - began) / count

    def score(probe: Any, candidate: Any) -> float:
        return REFUSED if probe is None or candidate is None else match(probe, candidate)

    began = time.process_time()
    fingers = list(templates.values())
    genuine = [score(a, b) for f in fingers for k, a in enumerate(f) for b in f[k + 1 :]]
    impostor = [
        score(a, b) for k, f in enumerate(fingers) for g in fingers[k + 1 :] for a in f for b in g
    ]
    match_ms = 1e3 * (time.process_time() - began) / (len(genuine) + len(impostor))
    times = {
        "refused": refused,
        "extract_cpu_ms": round(extract_ms, 1),
        "match_cpu_ms": round(match_ms, 3),
    }
    return Scores(np.array(genuine), np.array(impostor)), times


def summary(scores: Scores) -> dict[str, Any]:
    """Percent."""
    _, fmr, fnmr = error_curve(scores)
    crossing = int(np.argmax(fmr <= fnmr))
    return {
        "genuine": len(scores.genuine),
        "impostor": len(scores.impostor),
        "eer_percent": round(50 * float(fmr[crossing] + fnmr[crossing]), 2),
        "fnmr_at_fmr_0_1_percent": round(100 * float(fnmr[int(np.argmax(fmr <= 0.001))]), 2),
        "fnmr_at_fmr_0_percent": round(100 * float(fnmr[int(np.argmax(fmr <= 0.0))]), 2),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", type=Path, default=[], help="folders of pictures")
    parser.add_argument(
        "--network", action="store_true", help="also with the network of the extra 'deep'"
    )
    parser.add_argument("--synthetic", type=int, default=20, help="how many synthetic fingers")
    parser.add_argument("--first", type=int, default=0, help="seed of the first synthetic finger")
    parser.add_argument("--alone", action="store_true", help="without NBIS")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.sets:
        sets = {folder.name: load(folder) for folder in args.sets}
    else:
        sets = {"synthetic": synthetic(args.synthetic, first=args.first)}
    engines = {"fortress-atm": ours()}
    if args.network:
        network.require()
        engines["fortress-atm network"] = ours(biometrics.Engine.NETWORK)
    if not args.alone:
        try:
            engines["nbis"] = nbis_engine()
        except ImportError:
            print("nbis-py is not installed: measured alone", file=sys.stderr)
    for name, (extract, match) in engines.items():
        every = []
        for title, pictures in sets.items():
            scores, times = measure(pictures, extract, match)
            every.append(scores)
            print(
                json.dumps({"engine": name, "set": title, **summary(scores), **times}), flush=True
            )
        pooled = Scores(
            np.concatenate([s.genuine for s in every]), np.concatenate([s.impostor for s in every])
        )
        if len(every) > 1:
            print(json.dumps({"engine": name, "set": "pooled", **summary(pooled)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
