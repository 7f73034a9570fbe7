"""Which minutiae lie on which, once the probe is laid on the candidate.

A laid probe is float32[4, n]: x, y and direction of its minutiae in the candidate's plane.
"""

import math

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled, compiled_sums
from biometrics.matching.hypotheses import fit_rigid

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_EIGHTH = np.float32(0.125)
_ROUGH_PX, _PLACE_PX = np.float32(13.4), np.float32(9.6)
_BY_DIRECTION = np.float32(1 / 0.36**2)
_REFITS = 2
# Skin is pressed flat: after the rigid refits a sheared and scaled one, held towards none.
_AFFINE_REFITS = 2
_AFFINE_HOLD_PX2 = 4000.0
# It also stretches here and there: how far a pair pulls others along, and how near the paired then
# have to be. A pull stands against the chance that it is none.
_BENDS_PX = np.array([[60.0, 8.5], [45.0, 7.4], [40.0, 6.9]], np.float32)
_NO_PULL = np.float32(0.5)
# Motions that are refined: at most so many, and none far behind the best.
_REFINED = 5
_BENT = 2
_WORTH_REFINING = np.float32(0.6)
_LEAST_CLOSE = np.float32(0.01)


@compiled
def trust(alike: Array) -> Array:
    """float32[n, m], 0.05 to 1: what alike surroundings are worth for a pair."""
    worth = np.empty_like(alike)
    rows, columns = alike.shape
    for i in range(rows):
        for j in range(columns):
            likely = np.float32(0.4) + np.float32(0.6) * alike[i, j]
            worth[i, j] = min(max(likely, np.float32(0.05)), _ONE)
    return worth


@compiled
def lay(probe: Array, motion: Array, laid: Array) -> None:
    """Put the probe where a motion takes it."""
    cosine, sine, x, y = motion[0], motion[1], motion[2], motion[3]
    for i in range(probe.shape[1]):
        laid[0, i] = probe[0, i] * cosine - probe[1, i] * sine + x
        laid[1, i] = probe[0, i] * sine + probe[1, i] * cosine + y
        laid[2, i] = probe[2, i] * cosine - probe[3, i] * sine
        laid[3, i] = probe[2, i] * sine + probe[3, i] * cosine


@compiled_sums
def closeness(
    laid: Array, candidate: Array, worth: Array, place_px: np.float32, close: Array, tops: Array
) -> np.float32:
    """Fill `close`, float32[n, m], 0 to 1, with how well each pair lies, and `tops`,
    float32[2, max(n, m)], with the greatest of rows and columns; their lesser sum is returned."""
    by_place = _HALF / (place_px * place_px) * _EIGHTH
    by_direction = _BY_DIRECTION * _EIGHTH
    qx, qy, vx, vy = candidate[0], candidate[1], candidate[2], candidate[3]
    columns = candidate.shape[1]
    of_rows, of_columns = tops[0], tops[1]
    for j in range(columns):
        of_columns[j] = _ZERO
    total = _ZERO
    for i in range(laid.shape[1]):
        x, y, ux, uy = laid[0, i], laid[1, i], laid[2, i], laid[3, i]
        row, worths = close[i], worth[i]
        for j in range(columns):
            dx, dy = qx[j] - x, qy[j] - y
            turned = _ONE - (ux * vx[j] + uy * vy[j])
            # (1 - x / 8) ** 8 for exp(-x): ends at 8, and costs three products.
            fall = max(_ONE - ((dx * dx + dy * dy) * by_place + turned * by_direction), _ZERO)
            fall *= fall
            fall *= fall
            fall *= fall * worths[j]
            row[j] = fall
            of_columns[j] = max(of_columns[j], fall)
        most = _ZERO
        for j in range(columns):
            most = max(most, row[j])
        of_rows[i] = most
        total += most
    other = _ZERO
    for j in range(columns):
        other += of_columns[j]
    return min(total, other)


@compiled
def mutual(
    close: Array, tops: Array, laid: Array, candidate: Array, who: Array, pairs: Array
) -> int:
    """Fill `who`, int32[2, n], and `pairs`, float32[9, n], with those that are each other's
    closest: places and directions as in `hypotheses.pairs_of`, then closeness. How many."""
    count = 0
    rows, columns = close.shape
    for i in range(rows):
        most = tops[0, i]
        if most <= _LEAST_CLOSE:
            continue
        for j in range(columns):
            if close[i, j] == most:
                if tops[1, j] == most:
                    who[0, count], who[1, count] = i, j
                    for row in range(4):
                        pairs[row, count] = laid[row, i]
                        pairs[4 + row, count] = candidate[row, j]
                    pairs[8, count] = most
                    count += 1
                break
    return count


@compiled
def shear(laid: Array, pairs: Array, count: int) -> None:
    """Move the probe by the least squares affine map of the pairs."""
    total, px, py, qx, qy = 1e-9, 0.0, 0.0, 0.0, 0.0
    for k in range(count):
        weight = pairs[8, k]
        total += weight
        px += weight * pairs[0, k]
        py += weight * pairs[1, k]
        qx += weight * pairs[4, k]
        qy += weight * pairs[5, k]
    px, py, qx, qy = px / total, py / total, qx / total, qy / total
    xx, xy, yy = _AFFINE_HOLD_PX2, 0.0, _AFFINE_HOLD_PX2
    ux, uy, vx, vy = _AFFINE_HOLD_PX2, 0.0, 0.0, _AFFINE_HOLD_PX2
    for k in range(count):
        weight = pairs[8, k]
        x, y = pairs[0, k] - px, pairs[1, k] - py
        u, v = pairs[4, k] - qx, pairs[5, k] - qy
        xx += weight * x * x
        xy += weight * x * y
        yy += weight * y * y
        ux += weight * u * x
        uy += weight * u * y
        vx += weight * v * x
        vy += weight * v * y
    whole = xx * yy - xy * xy
    a, b = np.float32((ux * yy - uy * xy) / whole), np.float32((uy * xx - ux * xy) / whole)
    c, d = np.float32((vx * yy - vy * xy) / whole), np.float32((vy * xx - vx * xy) / whole)
    from_x, from_y = np.float32(px), np.float32(py)
    to_x, to_y = np.float32(qx), np.float32(qy)
    for i in range(laid.shape[1]):
        x, y = laid[0, i] - from_x, laid[1, i] - from_y
        laid[0, i] = a * x + b * y + to_x
        laid[1, i] = c * x + d * y + to_y
        ux_, uy_ = a * laid[2, i] + b * laid[3, i], c * laid[2, i] + d * laid[3, i]
        length = math.sqrt(ux_ * ux_ + uy_ * uy_) + np.float32(1e-9)
        laid[2, i] = ux_ / length
        laid[3, i] = uy_ / length


@compiled
def bend(laid: Array, pairs: Array, count: int, reach_px: np.float32, pull: Array) -> None:
    """Move the probe's minutiae by the mean of what the pairs near them lack; `pull`: [3, n]."""
    fall_px2 = _HALF * _EIGHTH / (reach_px * reach_px)
    size = laid.shape[1]
    total, along_x, along_y = pull[0], pull[1], pull[2]
    lx, ly = laid[0], laid[1]
    for i in range(size):
        total[i], along_x[i], along_y[i] = _NO_PULL, _ZERO, _ZERO
    for k in range(count):
        x, y, weight = pairs[0, k], pairs[1, k], pairs[8, k]
        lack_x, lack_y = pairs[4, k] - x, pairs[5, k] - y
        for i in range(size):
            dx, dy = lx[i] - x, ly[i] - y
            fall = max(_ONE - (dx * dx + dy * dy) * fall_px2, _ZERO)
            fall *= fall
            fall *= fall
            fall *= fall * weight
            total[i] += fall
            along_x[i] += fall * lack_x
            along_y[i] += fall * lack_y
    for i in range(size):
        lx[i] += along_x[i] / total[i]
        ly[i] += along_y[i] / total[i]


@compiled
def best_pairing(
    probe: Array, candidate: Array, worth: Array, motions: Array, best_motion: Array,
    best_laid: Array, best_who: Array, best_close: Array,
) -> int:  # fmt: skip
    """Lay the probe by each motion, refine the promising, keep the closest.

    Fills `best_motion` float32[4], rigid; `best_laid` float32[4, n], bent; `best_who` int32[2, n]
    and `best_close` float32[n], the pairs and how close they are. Returns how many pairs.
    """
    rows, columns = worth.shape
    close = np.empty((rows, columns), np.float32)
    tops = np.empty((2, max(rows, columns)), np.float32)
    laid = np.empty((4, rows), np.float32)
    pull = np.empty((3, rows), np.float32)
    who = np.empty((2, rows), np.int32)
    pairs = np.empty((9, rows), np.float32)
    rough = np.empty(len(motions), np.float32)
    top = _ZERO
    for h in range(len(motions)):
        lay(probe, motions[h], laid)
        rough[h] = closeness(laid, candidate, worth, _ROUGH_PX, close, tops)
        top = max(top, rough[h])
    # First all the promising are fitted rigidly, which is cheap, then the best of these are bent.
    fitted = np.empty((_REFINED, 4), np.float32)
    fits = np.empty(_REFINED, np.float32)
    promising = 0
    for _ in range(min(_REFINED, len(motions))):
        h = int(rough.argmax())
        if rough[h] < _WORTH_REFINING * top:
            break
        rough[h] = -_ONE
        motion = fitted[promising]
        motion[:] = motions[h]
        lay(probe, motion, laid)
        sum_ = closeness(laid, candidate, worth, _ROUGH_PX, close, tops)
        for _ in range(_REFITS):
            count = mutual(close, tops, probe, candidate, who, pairs)
            if count < 2:
                break
            motion[0], motion[1], motion[2], motion[3] = fit_rigid(pairs, pairs[8], count)
            lay(probe, motion, laid)
            sum_ = closeness(laid, candidate, worth, _PLACE_PX, close, tops)
        fits[promising] = sum_
        promising += 1
    best, found = -_ONE, 0
    for _ in range(min(_BENT, promising)):
        h = int(fits[:promising].argmax())
        fits[h] = -_ONE
        motion = fitted[h]
        lay(probe, motion, laid)
        closeness(laid, candidate, worth, _PLACE_PX, close, tops)
        count = mutual(close, tops, laid, candidate, who, pairs)
        for _ in range(_AFFINE_REFITS):
            if count < 3:
                break
            shear(laid, pairs, count)
            closeness(laid, candidate, worth, _PLACE_PX, close, tops)
            count = mutual(close, tops, laid, candidate, who, pairs)
        for step in range(len(_BENDS_PX)):
            if count < 3:
                break
            bend(laid, pairs, count, _BENDS_PX[step, 0], pull)
            closeness(laid, candidate, worth, _BENDS_PX[step, 1], close, tops)
            count = mutual(close, tops, laid, candidate, who, pairs)
        total = _ZERO
        for k in range(count):
            total += pairs[8, k]
        if total > best:
            best, found = total, count
            best_motion[:] = motion
            best_laid[:] = laid
            best_who[:, :count] = who[:, :count]
            best_close[:count] = pairs[8, :count]
    return found
