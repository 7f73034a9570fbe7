"""1:N: what a search costs by the size of the gallery, and what its short list misses.

    python -m benchmarks.identification [--sets DIR ...] [--people N] [--kept DIR] [--most N]
                                        [--picture FILE]

One JSON line a figure. Three impressions of each finger are enrolled. Sought are the fourth ones of
synthetic people that are drawn as pictures, and the fourth to eighth of the sets, hidden among
made-up templates. A miss of the short list is a probe whose own finger reaches the threshold of
the gallery's size when it is compared, and is not found. CPU time of one thread.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from benchmarks.cost_picture import draw_cost
from benchmarks.made_up import made_up_finger
from benchmarks.records import Impressions, of_people, of_set
from biometrics import Gallery, Template
from biometrics.thresholds import identification_threshold

ENROLLED = 3
SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
_FIRST_PERSON = 1_000
_TIMED = 12


def misses(gallery: Gallery, fingers: Impressions) -> dict[str, object]:
    """Of the probes of `fingers`: how many reach the threshold, and how many of them were lost."""
    threshold = identification_threshold(len(gallery))
    probes = reach = lost = 0
    for name, templates in fingers.items():
        for probe in templates[ENROLLED:]:
            probes += 1
            if gallery.verify(probe, name) >= threshold:
                reach += 1
                found = dict(gallery.identify(probe, 5))
                lost += found.get(name, 0.0) < threshold
    return {
        "probes": probes,
        "reach_threshold_of_all": reach,
        "lost_by_short_list": lost,
        "lost_percent": round(100 * lost / max(1, probes), 2),
    }


def cost(gallery: Gallery, probes: list[Template]) -> dict[str, object]:
    """CPU seconds a search, the median, and memory an impression."""
    gallery.identify(probes[0], 2)
    seconds = []
    for probe in probes[:_TIMED]:
        _ = probe.features.rings
        began = time.process_time()
        gallery.identify(probe, 2)
        seconds.append(time.process_time() - began)
    return {
        "fingers": len(gallery),
        "impressions": ENROLLED * len(gallery),
        "search_cpu_s": round(float(np.median(seconds)), 4),
        "search_cpu_s_most": round(max(seconds), 4),
        "bytes_an_impression": round(gallery.nbytes / (ENROLLED * len(gallery))),
        "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", type=Path, default=[], help="folders of pictures")
    parser.add_argument("--people", type=int, default=60, help="synthetic people to draw")
    parser.add_argument("--kept", type=Path, help="keep records of pictures here")
    parser.add_argument("--most", type=int, default=10_000, help="fingers of the largest gallery")
    parser.add_argument("--picture", type=Path, help="draw the cost curve here, as SVG")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    real: Impressions = {}
    for folder in args.sets:
        real |= of_set(folder, args.kept)
    drawn = of_people(_FIRST_PERSON, args.people, ENROLLED + 1, args.kept)
    known = {"drawn": drawn, "real": real}
    gallery = Gallery()
    for group in known.values():
        for name, templates in group.items():
            gallery.add(name, templates[:ENROLLED])
    probes = [t for group in known.values() for f in list(group.values())[:_TIMED] for t in f[3:4]]
    rng = np.random.default_rng(1)
    curve = []
    for size in [size for size in SIZES if size <= args.most]:
        while len(gallery) < size:
            gallery.add(f"made up {len(gallery)}", made_up_finger(rng, ENROLLED))
        if len(gallery) > size:
            continue
        row = cost(gallery, probes)
        curve.append((int(size), float(str(row["search_cpu_s"]))))
        print(json.dumps({"benchmark": "identify", **row}), flush=True)
        for title, fingers in known.items():
            if fingers and size in (SIZES[4], args.most):
                found = misses(gallery, fingers)
                line = {"benchmark": "identify misses", "group": title, "fingers": size, **found}
                print(json.dumps(line), flush=True)
    if args.picture is not None:
        args.picture.write_text(draw_cost(curve), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
