"""Likely impressions among many: first by alike surroundings, then by pairs that speak for each
other. What they leave is compared fully.
"""

from collections.abc import Iterator

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled, compiled_sums
from biometrics.matching.features import Features
from biometrics.matching.hypotheses import agreement, pairs_of
from biometrics.matching.pool import COUNT, MINUTIAE, OWNER, SKETCH, SKETCHED, Snapshot
from biometrics.matching.product import product
from biometrics.matching.sketch import as_probe, sketch

# Of the probe so many of its best minutiae look for their like.
PROBE_MINUTIAE = 32
_VOTING_PAIRS = 32
_ROUNDS = 4
# Impressions whose sketches are put side by side at once.
_AT_ONCE = 96
_ZERO = np.float32(0)


def shortlist(snapshot: Snapshot, probe: Features, rows: Array, voting: int, owners: int) -> Array:
    """Of these rows, int64[k], the `voting` likeliest by their surroundings; of these the one with
    most votes of each owner, and the best `owners` of them, best first."""
    columns = as_probe(sketch(probe), min(PROBE_MINUTIAE, probe.minutiae.shape[1]))
    likeness = np.empty(len(rows), np.float32)
    for part, starts, alike in _alike(snapshot, rows, columns):
        nearest(alike, starts, likeness[part])
    if voting < len(rows):
        rows = rows[np.sort(np.argpartition(-likeness, voting)[:voting])]
    votes = np.empty(len(rows), np.float32)
    for part, starts, alike in _alike(snapshot, rows, columns):
        vote(
            alike, starts, snapshot.table[rows[part]], snapshot.minutiae, probe.minutiae,
            votes[part],
        )  # fmt: skip
    rows = rows[np.argsort(-votes, kind="stable")]
    _, best = np.unique(snapshot.table[rows, OWNER], return_index=True)
    return np.asarray(rows[np.sort(best)[:owners]])


def _alike(snapshot: Snapshot, rows: Array, columns: Array) -> Iterator[tuple[slice, Array, Array]]:
    """Some of the rows at a time; where each begins in, int64[k + 1], and the likeness of all
    their minutiae to the probe's, float32[minutiae, probe's]."""
    for first in range(0, len(rows), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        at, size = snapshot.table[rows[part]][:, (SKETCH, SKETCHED)].T
        starts = np.concatenate([[0], np.cumsum(size)])
        places = np.arange(starts[-1]) + np.repeat(at - starts[:-1], size)
        yield part, starts, product(snapshot.sketches[places].astype(np.float32), columns)


@compiled_sums
def nearest(alike: Array, starts: Array, likeness: Array) -> None:
    """Fill `likeness`, float32[k], with the mean over the probe's minutiae of the likeness of
    their likeliest; impression k has the rows of `alike` from starts[k] to starts[k + 1]."""
    columns = alike.shape[1]
    most = np.empty(columns, np.float32)
    for k in range(len(likeness)):
        most[:] = _ZERO
        for row in range(starts[k], starts[k + 1]):
            of_row = alike[row]
            for i in range(columns):
                most[i] = max(most[i], of_row[i])
        total = _ZERO
        for i in range(columns):
            total += most[i]
        likeness[k] = total / np.float32(max(columns, 1))


@compiled
def vote(
    alike: Array, starts: Array, table: Array, minutiae: Array, probe: Array, votes: Array
) -> None:
    """Fill `votes`, float32[k], with how much the likeliest pairs of an impression and the probe,
    float32[5, n], speak for each other."""
    for k in range(len(table)):
        at, count = table[k, MINUTIAE], table[k, COUNT]
        candidate = minutiae[at : at + 5 * count].reshape(5, count)
        votes[k] = _votes(candidate, probe, alike[starts[k] : starts[k + 1]])


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
