"""Which minutiae lie on which, once the probe is laid on the candidate."""

from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.features import Features
from biometrics.matching.hypotheses import Motion, fit_rigid

_PLACE_PX = 9.0
_DIRECTION_RAD = 0.35
# Skin stretches: rounds of local refitting, with how far a pair pulls others along and how near
# the paired then have to be.
_BENDS_PX = ((60.0, 8.0), (45.0, 7.0), (40.0, 6.5))
# Motions that are refined: at most so many, and none far behind the best.
_REFINED, _WORTH_REFINING = 4, 0.8
_REFITS = 2


@dataclass(frozen=True)
class Pairing:
    """The pairs `i` of the probe and `j` of the candidate, int[k], with `closeness` 0 to 1.

    `moved`, `facing`: the probe's minutiae where the best motion puts them, complex64[n].
    """

    i: Array
    j: Array
    closeness: Array
    moved: Array
    facing: Array
    turn: complex
    shift: complex


def closeness(
    moved: Array, facing: Array, candidate: Features, factor: Array, place_px: float
) -> Array:
    """float32[..., n, m], 0 to 1, of the minutiae of a laid probe to the candidate's."""
    away = moved[..., :, None] - candidate.place
    cosine = (facing[..., :, None] * candidate.direction.conj()).real
    penalty = (away.real**2 + away.imag**2) * np.float32(0.5 / place_px**2)
    penalty += (1.0 - cosine) * np.float32(1 / _DIRECTION_RAD**2)
    return np.asarray(np.exp(-penalty) * factor, dtype=np.float32)


def mutual(close: Array) -> tuple[Array, Array]:
    """Pairs (i, j) in which each is the other's closest."""
    to_candidate = close.argmax(axis=1)
    to_probe = close.argmax(axis=0)
    i = np.nonzero(to_probe[to_candidate] == np.arange(len(close)))[0]
    i = i[close[i, to_candidate[i]] > 0.01]
    return i, to_candidate[i]


def best_pairing(probe: Features, candidate: Features, alike: Array, motions: Motion) -> Pairing:
    """Lay the probe by each motion, keep the best, refit it rigidly, then locally."""
    factor = np.clip(0.4 + 0.6 * alike, 0.05, 1.0)
    moved = probe.place * motions.turn[:, None] + motions.shift[:, None]
    facing = probe.direction * motions.turn[:, None]
    close = closeness(moved, facing, candidate, factor, 1.4 * _PLACE_PX)
    sums = np.minimum(close.max(axis=2).sum(axis=1), close.max(axis=1).sum(axis=1))
    refined = [
        _refine(probe, candidate, factor, close[h], complex(motions.turn[h]), motions.shift[h])
        for h in np.argsort(-sums)[:_REFINED]
        if sums[h] >= _WORTH_REFINING * sums.max()
    ]
    return max(refined, key=lambda pairing: float(pairing.closeness.sum()))


def _refine(
    probe: Features, candidate: Features, factor: Array, near: Array, turn: complex, shift: complex
) -> Pairing:
    """From a rough motion to pairs: rigid refits, then local ones."""
    for _ in range(_REFITS):
        i, j = mutual(near)
        if len(i) < 2:
            break
        turn, shift = fit_rigid(
            probe.place[i], candidate.place[j], near[i, j],
            probe.direction[i], candidate.direction[j],
        )  # fmt: skip
        near = closeness(
            probe.place * turn + shift, probe.direction * turn, candidate, factor, _PLACE_PX
        )
    laid, looks = probe.place * turn + shift, probe.direction * turn
    for local_px, place_px in _BENDS_PX:
        i, j = mutual(near)
        if len(i) < 3:
            break
        laid = _bend(laid, laid[i], candidate.place[j], near[i, j], local_px)
        near = closeness(laid, looks, candidate, factor, place_px)
    i, j = mutual(near)
    return Pairing(i, j, near[i, j], laid, looks, turn, shift)


def _bend(points: Array, source: Array, target: Array, weight: Array, local_px: float) -> Array:
    """Move points by the mean residual of the pairs near them: skin stretches."""
    away = points[:, None] - source[None, :]
    kernel = np.exp((away.real**2 + away.imag**2) * (-0.5 / local_px**2)) * weight
    total = kernel.sum(axis=1)
    return np.asarray(points + (kernel @ (target - source)) / (total + 0.5))
