"""How the probe might lie on the candidate: rotations and shifts that many pairs agree on.

Pairs of minutiae with alike surroundings support each other when their distance and their
directions to each other are the same in both prints (the neighbour lists of Jiang and Yau 2000,
over all pairs at once). A motion is float32[4]: cosine and sine of the turn, shift in x and y.
"""

import math

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled, compiled_sums

PAIRS = 120
HYPOTHESES = 8
_ZERO, _HALF, _ONE, _TWO = np.float32(0), np.float32(0.5), np.float32(1), np.float32(2)
_EIGHTH = np.float32(0.125)
_DISTANCE_PX, _DISTANCE_SHARE = np.float32(5.3), np.float32(0.064)
_BY_ANGLE = np.float32(1 / 0.30**2)
_LEAST_APART_PX2 = np.float32(8.0**2)
_EXPLAINED_PX2 = np.float32(14.0**2)
_EXPLAINED_COSINE = np.float32(0.8)
# Directions weigh in a fit as if each minutia had a second point this far (squared) away.
_STEADY_PX2 = np.float32(400.0)
_BINS = 256


@compiled
def likeliest(alike: Array, most: int) -> Array:
    """int32[k], k <= most: flat places of the greatest elements of float32[n, m], above 0.

    By counting into bins: of the last bin those that come first are taken.
    """
    flat = alike.ravel()
    scale = np.float32(_BINS)
    bin_of = np.empty(flat.size, np.int16)
    for place in range(flat.size):
        bin_of[place] = np.int16(min(max(flat[place], _ZERO), _ONE) * scale)
    bins = np.zeros(_BINS + 1, np.int32)
    for place in range(flat.size):
        bins[bin_of[place]] += 1
    taken, lowest = 0, _BINS
    while lowest > 1 and taken + bins[lowest] <= most:
        taken += bins[lowest]
        lowest -= 1
    found = np.empty(most, np.int32)
    count, left = 0, most - taken
    for place in range(flat.size):
        bin_ = bin_of[place]
        if bin_ < lowest or count == most:
            continue
        if bin_ == lowest:
            if left <= 0:
                continue
            left -= 1
        found[count] = place
        count += 1
    return found[:count]


@compiled
def pairs_of(probe: Array, candidate: Array, alike: Array, most: int) -> tuple[Array, Array]:
    """The likeliest pairs as int32[2, k], their minutiae, and float32[11, k]: probe's x, y and
    direction, candidate's, the turn between the directions, and the strength."""
    places = likeliest(alike, most)
    count = len(places)
    who = np.empty((2, count), np.int32)
    pairs = np.empty((11, count), np.float32)
    columns = alike.shape[1]
    for a in range(count):
        i = places[a] // columns
        j = places[a] - i * columns
        who[0, a], who[1, a] = i, j
        for row in range(4):
            pairs[row, a] = probe[row, i]
            pairs[4 + row, a] = candidate[row, j]
        pairs[8, a] = candidate[2, j] * probe[2, i] + candidate[3, j] * probe[3, i]
        pairs[9, a] = candidate[3, j] * probe[2, i] - candidate[2, j] * probe[3, i]
        square = alike[i, j] * alike[i, j]
        pairs[10, a] = square * square
    return who, pairs


@compiled
def agreement(who: Array, pairs: Array) -> tuple[Array, Array]:
    """Which pairs keep their distance and directions: int16[2, e] and float32[e], 0 to 1."""
    count = pairs.shape[1]
    px, py, qx, qy, tx, ty = pairs[0], pairs[1], pairs[4], pairs[5], pairs[8], pairs[9]
    i, j = who[0], who[1]
    edges = np.empty((2, count * (count - 1) // 2), np.int16)
    weight = np.empty(edges.shape[1], np.float32)
    found = 0
    penalty = np.empty(count, np.float32)
    for a in range(count):
        # Without a branch, so that several b are done at a time.
        for b in range(a):
            dx, dy, ex, ey = px[b] - px[a], py[b] - py[a], qx[b] - qx[a], qy[b] - qy[a]
            apart_p, apart_q = math.sqrt(dx * dx + dy * dy), math.sqrt(ex * ex + ey * ey)
            stretch = (apart_p - apart_q) / (_DISTANCE_PX + _DISTANCE_SHARE * apart_p)
            along, across = dx * ex + dy * ey, dy * ex - dx * ey
            turned = along * (tx[a] + tx[b]) - across * (ty[a] + ty[b])
            bend = _TWO - turned / max(apart_p * apart_q, _ONE)
            twist = _ONE - (tx[a] * tx[b] + ty[a] * ty[b])
            # 1 - cos(x) is x squared over 2: a Gaussian in the angles and the stretch at once.
            sum_ = _HALF * stretch * stretch + _BY_ANGLE * (_HALF * bend + twist)
            apart = apart_p * apart_q >= _LEAST_APART_PX2
            penalty[b] = sum_ if apart else np.float32(99)
        for b in range(a):
            if penalty[b] < np.float32(8) and i[a] != i[b] and j[a] != j[b]:
                edges[0, found], edges[1, found] = a, b
                # (1 - x / 8) ** 8 for exp(-x): ends at 8, and costs three products.
                fall = _ONE - penalty[b] * _EIGHTH
                fall *= fall
                fall *= fall
                weight[found] = fall * fall
                found += 1
    return edges[:, :found], weight[:found]


@compiled
def support(edges: Array, weight: Array, strength: Array) -> Array:
    """float32[k]: how much the others speak for each pair."""
    count = len(strength)
    backing = np.ones(count, np.float32)
    fresh = np.empty(count, np.float32)
    # Rounds of power iteration: support from the well supported counts more.
    for _ in range(3):
        fresh[:] = _ZERO
        for e in range(len(weight)):
            a, b = edges[0, e], edges[1, e]
            fresh[a] += weight[e] * strength[b] * backing[b]
            fresh[b] += weight[e] * strength[a] * backing[a]
        most = np.float32(1e-9)
        for a in range(count):
            most = max(most, fresh[a])
        for a in range(count):
            backing[a] = fresh[a] / most
    return backing * strength


@compiled
def motions(probe: Array, candidate: Array, alike: Array) -> Array:
    """The best motions, best supported first: float32[h, 4], h <= HYPOTHESES."""
    who, pairs = pairs_of(probe, candidate, alike, PAIRS)
    edges, weight = agreement(who, pairs)
    count = pairs.shape[1]
    strength, tx, ty = pairs[10], pairs[8], pairs[9]
    left = support(edges, weight, strength)
    found = np.empty((HYPOTHESES, 4), np.float32)
    share = np.empty(count, np.float32)
    for h in range(HYPOTHESES):
        best = -1
        most = _ZERO
        for a in range(count):
            if left[a] > most:
                best, most = a, left[a]
        if best < 0:
            return found[:h]
        share[:] = _ZERO
        for e in range(len(weight)):
            if edges[0, e] == best:
                share[edges[1, e]] = weight[e] * strength[edges[1, e]]
            elif edges[1, e] == best:
                share[edges[0, e]] = weight[e] * strength[edges[0, e]]
        share[best] = strength[best]
        cosine, sine, x, y = fit_rigid(pairs, share, count)
        found[h, 0], found[h, 1], found[h, 2], found[h, 3] = cosine, sine, x, y
        for a in range(count):
            # Pairs explained by this motion do not found another.
            dx = pairs[0, a] * cosine - pairs[1, a] * sine + x - pairs[4, a]
            dy = pairs[0, a] * sine + pairs[1, a] * cosine + y - pairs[5, a]
            near = dx * dx + dy * dy < _EXPLAINED_PX2
            if near and tx[a] * cosine + ty[a] * sine > _EXPLAINED_COSINE:
                left[a] = _ZERO
        left[best] = _ZERO
    return found


@compiled_sums
def fit_rigid(
    pairs: Array, weight: Array, count: int
) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Least squares motion of the first `count` of `pairs`; directions steady it when few."""
    px, py, ux, uy = pairs[0], pairs[1], pairs[2], pairs[3]
    qx, qy, vx, vy = pairs[4], pairs[5], pairs[6], pairs[7]
    total = np.float32(1e-9)
    ax, ay, bx, by = _ZERO, _ZERO, _ZERO, _ZERO
    for k in range(count):
        total += weight[k]
        ax += weight[k] * px[k]
        ay += weight[k] * py[k]
        bx += weight[k] * qx[k]
        by += weight[k] * qy[k]
    ax /= total
    ay /= total
    bx /= total
    by /= total
    cosine, sine = _ZERO, _ZERO
    for k in range(count):
        cx, cy, dx, dy = px[k] - ax, py[k] - ay, qx[k] - bx, qy[k] - by
        facing = vx[k] * ux[k] + vy[k] * uy[k]
        turned = vy[k] * ux[k] - vx[k] * uy[k]
        cosine += weight[k] * (dx * cx + dy * cy + _STEADY_PX2 * facing)
        sine += weight[k] * (dy * cx - dx * cy + _STEADY_PX2 * turned)
    length = math.sqrt(cosine * cosine + sine * sine)
    if length < np.float32(1e-9):
        return _ONE, _ZERO, bx - ax, by - ay
    cosine /= length
    sine /= length
    return cosine, sine, bx - (ax * cosine - ay * sine), by - (ax * sine + ay * cosine)
