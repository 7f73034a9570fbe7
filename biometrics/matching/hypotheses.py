"""How the probe might lie on the candidate: rotations and shifts that many pairs agree on.

Pairs of minutiae with alike surroundings support each other when their distance and their
directions to each other are the same in both prints (the neighbour lists of Jiang and Yau 2000,
over all pairs at once).
"""

from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.features import Features

PAIRS = 120
HYPOTHESES = 8
_LEAST_KNOWN = 24.0
_DISTANCE_PX, _DISTANCE_SHARE = 5.0, 0.06
_ANGLE_RAD = 0.28


@dataclass(frozen=True)
class Motion:
    """Rigid motions: point -> point * turn + shift; complex64[h] each."""

    turn: Array
    shift: Array

    def __len__(self) -> int:  # noqa: D105
        return len(self.turn)


def likeness(probe: Features, candidate: Features) -> Array:
    """float32[n, m], -1 to 1: mean cosine of the doubled orientation differences on the rings."""
    common = probe.known @ candidate.known.T
    return np.asarray(probe.rings @ candidate.rings.T / np.maximum(common, _LEAST_KNOWN))


def motions(probe: Features, candidate: Features, alike: Array) -> Motion:
    """The best few motions, best supported first."""
    count = min(PAIRS, alike.size)
    chosen = np.argpartition(-alike.ravel(), count - 1)[:count]
    i, j = np.divmod(chosen, alike.shape[1])
    p, u = probe.place[i], probe.direction[i]
    q, v = candidate.place[j], candidate.direction[j]
    strength = np.maximum(alike.ravel()[chosen], 0.0) ** 2
    agree = _agreement(p, u, q, v)
    agree *= (i[:, None] != i[None, :]) & (j[:, None] != j[None, :])
    support = agree @ strength
    # Two rounds of power iteration: support from the well supported counts more.
    for _ in range(2):
        support = agree @ (strength * support)
        support /= max(float(support.max()), 1e-9)
    turns, shifts = [], []
    left = support * strength
    for _ in range(HYPOTHESES):
        best = int(left.argmax())
        if left[best] <= 0:
            break
        weight = agree[best] * strength
        weight[best] = strength[best]
        turn, shift = fit_rigid(p, q, weight, u, v)
        turns.append(turn)
        shifts.append(shift)
        # Pairs explained by this motion do not found another.
        explained = np.abs(p * turn + shift - q) < 14.0
        left = np.where(explained & ((v * (u * turn).conj()).real > 0.8), 0.0, left)
        left[best] = 0.0
    return Motion(np.array(turns, np.complex64), np.array(shifts, np.complex64))


def _agreement(p: Array, u: Array, q: Array, v: Array) -> Array:
    """float32[k, k], 0 to 1: do pairs a and b keep their distance and directions?"""
    dp = (p[None, :] - p[:, None]) * u.conj()[:, None]
    dq = (q[None, :] - q[:, None]) * v.conj()[:, None]
    rp, rq = np.abs(dp), np.abs(dq)
    stretch = (rp - rq) / (_DISTANCE_PX + _DISTANCE_SHARE * rp)
    bearing = (dp * dq.conj()).real / np.maximum(rp * rq, 1.0)
    turn = v * u.conj()
    relative = turn[None, :] * turn.conj()[:, None]
    # 1 - cos(x) is x squared over 2: a Gaussian in the angles and the stretch at once.
    penalty = 0.5 * stretch * stretch
    bend = (1.0 - bearing) / _ANGLE_RAD**2
    penalty += 0.5 * (bend + bend.T)
    penalty += (1.0 - relative.real) / _ANGLE_RAD**2
    agree = np.exp(-penalty)
    agree[(rp < 8.0) | (rq < 8.0)] = 0.0
    return np.asarray(agree, dtype=np.float32)


def fit_rigid(p: Array, q: Array, weight: Array, u: Array, v: Array) -> tuple[complex, complex]:
    """Least squares motion of points p to q; the directions u to v steady it when few."""
    total = float(weight.sum()) + 1e-9
    p_mean = complex((weight * p).sum() / total)
    q_mean = complex((weight * q).sum() / total)
    turn = complex((weight * (q - q_mean) * (p - p_mean).conj()).sum())
    turn += 400.0 * complex((weight * v * u.conj()).sum())
    turn = turn / abs(turn) if abs(turn) > 1e-9 else 1.0 + 0j
    return turn, q_mean - p_mean * turn
