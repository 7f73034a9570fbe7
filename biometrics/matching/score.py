"""From a pairing to one number."""

import math
from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.features import Features
from biometrics.matching.hypotheses import likeness, motions
from biometrics.matching.pairing import Pairing, best_pairing

LEAST_MINUTIAE = 4

# As if so many minutiae of the overlap had not been met: three of three are no proof.
_PRIOR_MINUTIAE = 12.0


@dataclass(frozen=True)
class Evidence:
    """What speaks for one finger. `closeness`: sum over the pairs; `probe`, `candidate`: minutiae
    inside the overlap; `cells`: size of the overlap; `flow`: mean cosine of the doubled
    orientation difference in it; `alike`: mean likeness of the pairs' surroundings."""

    pairs: int
    closeness: float
    probe: float
    candidate: float
    cells: int
    flow: float
    alike: float


def evidence(probe: Features, candidate: Features) -> Evidence | None:
    """None when there is too little to lay one print on the other."""
    if min(len(probe.place), len(candidate.place)) < LEAST_MINUTIAE:
        return None
    alike = likeness(probe, candidate)
    found = motions(probe, candidate, alike)
    if not len(found):
        return None
    pairing = best_pairing(probe, candidate, alike, found)
    if not len(pairing.i):
        return None
    return _gather(probe, candidate, pairing, alike)


def _gather(probe: Features, candidate: Features, pairing: Pairing, alike: Array) -> Evidence:
    i, j = pairing.i, pairing.j
    inside_probe = candidate.field.at(pairing.moved) != 0
    back = (candidate.place - pairing.shift) * np.conj(pairing.turn)
    inside_candidate = probe.field.at(back) != 0
    inside_probe[i] = True
    inside_candidate[j] = True
    there = candidate.field.at(probe.field.points * pairing.turn + pairing.shift)
    cells = int(np.count_nonzero(there))
    cosine = (there * (probe.field.values * pairing.turn**2).conj()).real
    flow = float(cosine.sum()) / max(cells, 1)
    return Evidence(
        pairs=len(i),
        closeness=float(pairing.closeness.sum()),
        probe=float(inside_probe.sum()),
        candidate=float(inside_candidate.sum()),
        cells=cells,
        flow=flow,
        alike=float(alike[i, j].mean()),
    )


def compare(probe: Features, candidate: Features) -> float:
    """The score, 0 to 100: the share of the overlap's minutiae that lie on each other, lowered
    when they are few and when the ridges around them run differently."""
    found = evidence(probe, candidate)
    if found is None:
        return 0.0
    share = found.closeness / (math.sqrt(found.probe * found.candidate) + _PRIOR_MINUTIAE)
    return 100.0 * share * math.sqrt(max(0.0, found.flow))
