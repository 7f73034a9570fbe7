"""Likely fingers among many: first by alike surroundings, then by pairs that speak for each other.

Both look at every impression of an owner and keep the best. What they leave is compared fully.
"""

from collections.abc import Iterator

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled, compiled_sums
from biometrics.matching.features import Features
from biometrics.matching.hypotheses import agreement, pairs_of
from biometrics.matching.pool import COUNT, GONE, MINUTIAE, OWNER, SKETCH, SKETCHED, Snapshot
from biometrics.matching.sketch import as_probe, sketch

# Of the probe so many of its best minutiae look for their like.
PROBE_MINUTIAE = 32
_VOTING_PAIRS = 64
_ROUNDS = 4
# Impressions a matrix product: large enough for it, small enough for the processor's cache.
_AT_ONCE = 96
_ZERO = np.float32(0)


def shortlist(
    snapshot: Snapshot, probe: Features, owners: int, by_likeness: int, by_votes: int
) -> Array:
    """bool[owners]: of all the `by_likeness` likeliest, and of these the `by_votes` best."""
    columns = as_probe(sketch(probe), min(PROBE_MINUTIAE, probe.minutiae.shape[1]))
    live = np.nonzero(snapshot.table[:, GONE] > snapshot.changes)[0]
    owner = snapshot.table[:, OWNER]
    likeness = np.full(owners, -1.0, np.float32)
    for rows, starts, product in _products(snapshot, live, columns):
        nearest(product, starts, owner[rows], likeness)
    kept = _greatest(likeness, by_likeness)
    votes = np.full(owners, -1.0, np.float32)
    for rows, starts, product in _products(snapshot, live[kept[owner[live]]], columns):
        vote(product, starts, snapshot.table[rows], snapshot.minutiae, probe.minutiae, votes)
    return _greatest(votes, by_votes)


def _products(
    snapshot: Snapshot, rows: Array, columns: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """Rows of the table, some at a time; where each begins in, int64[k + 1], and the product of
    all their sketches with the probe's, float32[minutiae, probe's]."""
    for first in range(0, len(rows), _AT_ONCE):
        part = rows[first : first + _AT_ONCE]
        size = snapshot.table[part, SKETCHED]
        starts = np.concatenate([[0], np.cumsum(size)])
        places = np.arange(starts[-1]) + np.repeat(snapshot.table[part, SKETCH] - starts[:-1], size)
        yield part, starts, snapshot.sketches[places].astype(np.float32) @ columns


def _greatest(scores: Array, most: int) -> Array:
    """bool[owners]: those with the `most` greatest scores; one below 0 has none."""
    kept = scores >= 0
    if most < len(scores):
        kept[np.argpartition(-scores, most)[most:]] = False
    return np.asarray(kept)


@compiled_sums
def nearest(product: Array, starts: Array, owner: Array, best: Array) -> None:
    """Raise `best`, float32[owners], to the mean over the probe's minutiae of the likeness of
    their likeliest; impression k has the rows of `product` from starts[k] to starts[k + 1]."""
    columns = product.shape[1]
    most = np.empty(columns, np.float32)
    for k in range(len(owner)):
        most[:] = _ZERO
        for row in range(starts[k], starts[k + 1]):
            likeness = product[row]
            for i in range(columns):
                most[i] = max(most[i], likeness[i])
        total = _ZERO
        for i in range(columns):
            total += most[i]
        best[owner[k]] = max(best[owner[k]], total / np.float32(max(columns, 1)))


@compiled
def vote(
    product: Array, starts: Array, table: Array, minutiae: Array, probe: Array, best: Array
) -> None:
    """Raise `best`, float32[owners], to how much the likeliest pairs of an impression and the
    probe, float32[5, n], speak for each other."""
    for k in range(len(table)):
        at, count, owner = table[k, MINUTIAE], table[k, COUNT], table[k, OWNER]
        candidate = minutiae[at : at + 5 * count].reshape(5, count)
        votes = _votes(candidate, probe, product[starts[k] : starts[k + 1]])
        best[owner] = max(best[owner], votes)


@compiled
def _votes(one: Array, other: Array, alike: Array) -> np.float32:
    """The greatest eigenvalue of the agreement between pairs, weighted by their strength."""
    who, pairs = pairs_of(one, other, alike, _VOTING_PAIRS)
    edges, weight = agreement(who, pairs)
    strength = pairs[10]
    count = len(strength)
    backing = np.ones(count, np.float32)
    fresh = np.empty(count, np.float32)
    most = _ZERO
    for _ in range(_ROUNDS):
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
    return most
