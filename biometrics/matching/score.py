"""From two prints to one number."""

import math
from typing import NamedTuple

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled
from biometrics.matching.features import Features
from biometrics.matching.hypotheses import motions
from biometrics.matching.overlap import flow, inside, take_back
from biometrics.matching.pairing import best_pairing, trust
from biometrics.matching.product import product
from biometrics.matching.rings import LEAST_COMMON

LEAST_MINUTIAE = 6

# As if so many minutiae of the overlap had not been met: three of three are no proof.
_PRIOR_MINUTIAE = 12.0


class Evidence(NamedTuple):
    """What speaks for one finger. `pairs`: how many minutiae were paired; `closeness`: sum over
    them; `probe`, `candidate`: minutiae inside the overlap; `cells`: its size; `flow`: mean cosine
    of the doubled orientation difference in it."""

    pairs: int
    closeness: float
    probe: int
    candidate: int
    cells: int
    flow: float


_NONE = Evidence(0, 0.0, 0, 0, 0, 0.0)


@compiled
def likeness(agreeing: Array, common: Array) -> Array:
    """float32[n, m], -1 to 1, of float32[m, n]: the mean over the common points of the rings."""
    columns, rows = agreeing.shape
    alike = np.empty((rows, columns), np.float32)
    least = np.float32(LEAST_COMMON)
    for j in range(columns):
        for i in range(rows):
            alike[i, j] = agreeing[j, i] / max(common[j, i], least)
    return alike


@compiled
def weigh(
    probe: Array, probe_cells: Array, candidate: Array, candidate_cells: Array,
    agreeing: Array, common: Array,
) -> Evidence:  # fmt: skip
    """Evidence of minutiae float32[5, n] and [5, m], their fields, and the products of the
    candidate's rings and the probe's, and of what is known of these, float32[m, n] each; all zero
    when there is too little to lay one print on the other."""
    if min(probe.shape[1], candidate.shape[1]) < LEAST_MINUTIAE:
        return _NONE
    alike = likeness(agreeing, common)
    found = motions(probe, candidate, alike)
    if len(found) == 0:
        return _NONE
    size = probe.shape[1]
    motion = np.empty(4, np.float32)
    laid = np.empty((4, size), np.float32)
    who = np.empty((2, size), np.int32)
    close = np.empty(size, np.float32)
    pairs = best_pairing(probe, candidate, trust(alike), found, motion, laid, who, close)
    if pairs == 0:
        return _NONE
    total = 0.0
    for k in range(pairs):
        total += close[k]
    cells, cosine = flow(probe_cells, candidate_cells, motion)
    back = take_back(candidate, motion)
    return Evidence(
        pairs,
        total,
        inside(laid, candidate_cells, who[0, :pairs]),
        inside(back, probe_cells, who[1, :pairs]),
        cells,
        cosine,
    )


@compiled
def score(found: Evidence) -> float:
    """0 to 100: the share of the overlap's minutiae that lie on each other, lowered when they are
    few and when the ridges around them run differently."""
    share = found.closeness / (math.sqrt(found.probe * found.candidate) + _PRIOR_MINUTIAE)
    return 100.0 * share * math.sqrt(max(0.0, found.flow))


def compare(probe: Features, candidate: Features) -> float:
    """The score of two prints."""
    rings, known = probe.rings
    other_rings, other_known = candidate.rings
    return float(
        score(
            weigh(
                probe.minutiae,
                probe.cells,
                candidate.minutiae,
                candidate.cells,
                product(other_rings, rings.T),
                product(other_known, known.T),
            )
        )
    )
