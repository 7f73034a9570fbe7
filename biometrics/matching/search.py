"""One print against many that are enrolled: which owners score best."""

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.compiled import compiled
from biometrics.matching.features import Features
from biometrics.matching.pool import CELLS, COLUMNS, COUNT, GONE, MINUTIAE, OWNER, ROWS, Snapshot
from biometrics.matching.product import product
from biometrics.matching.rings import POINTS, describe_into
from biometrics.matching.score import score, weigh
from biometrics.matching.shortlist import shortlist

# Impressions compared at once: enough that calls cost nothing, few enough for the cache.
_AT_ONCE = 32
# An owner's likeliest impression is compared first, the others only if it scores half of what a
# name takes. Measured on the six sets: none was lost up to 20, and this leaves out half.
_LIKE_SOMEBODY = 14.0


def search(
    snapshot: Snapshot, probe: Features, voting: int | None, compared: int
) -> tuple[Array, Array]:
    """Owners, int64[k], and the best score of each, float64[k], in no order.

    All that are enrolled are compared, or with a number `voting`, of so many likeliest impressions
    the owners of the best `compared`.
    """
    owner = snapshot.table[:, OWNER]
    live = np.nonzero(snapshot.table[:, GONE] > snapshot.changes)[0]
    if voting is None:
        return _best_by_owner(owner[live], scores(snapshot, probe, live))
    first = shortlist(snapshot, probe, live, voting, compared)
    found = scores(snapshot, probe, first)
    promising = np.isin(owner[live], owner[first[found >= _LIKE_SOMEBODY]])
    others = np.setdiff1d(live[promising], first)
    rows = np.concatenate([first, others])
    return _best_by_owner(owner[rows], np.concatenate([found, scores(snapshot, probe, others)]))


def scores(snapshot: Snapshot, probe: Features, rows: Array) -> Array:
    """float64[k]: the score of the probe with the impression of each row, int64[k]."""
    rings, known = probe.rings
    found = np.empty(len(rows))
    for first in range(0, len(rows), _AT_ONCE):
        table = snapshot.table[rows[first : first + _AT_ONCE]]
        starts = np.concatenate([[0], np.cumsum(table[:, COUNT])])
        their_rings = np.zeros((starts[-1], 2 * POINTS), np.float32)
        their_known = np.zeros((starts[-1], POINTS), np.float32)
        _describe(snapshot.minutiae, snapshot.cells, table, starts, their_rings, their_known)
        _score(
            probe.minutiae,
            probe.cells,
            snapshot.minutiae,
            snapshot.cells,
            table,
            starts,
            product(their_rings, rings.T),
            product(their_known, known.T),
            found[first : first + _AT_ONCE],
        )
    return found


def _best_by_owner(owner: Array, found: Array) -> tuple[Array, Array]:
    owners, place = np.unique(owner, return_inverse=True)
    best = np.zeros(len(owners))
    np.maximum.at(best, place, found)
    return owners, best


@compiled
def _describe(
    minutiae: Array, cells: Array, table: Array, starts: Array, rings: Array, known: Array
) -> None:
    """Fill in the rings of the table's impressions, from starts[k] to starts[k + 1]."""
    for k in range(len(table)):
        first, end = starts[k], starts[k + 1]
        describe_into(
            _minutiae(minutiae, table[k]),
            _cells(cells, table[k]),
            rings[first:end],
            known[first:end],
        )


@compiled
def _score(
    probe: Array, probe_cells: Array, minutiae: Array, cells: Array, table: Array, starts: Array,
    agreeing: Array, common: Array, found: Array,
) -> None:  # fmt: skip
    """Fill in the scores of the probe with the table's impressions."""
    for k in range(len(table)):
        first, end = starts[k], starts[k + 1]
        found[k] = score(
            weigh(
                probe,
                probe_cells,
                _minutiae(minutiae, table[k]),
                _cells(cells, table[k]),
                agreeing[first:end],
                common[first:end],
            )
        )


@compiled
def _minutiae(minutiae: Array, row: Array) -> Array:
    at, count = row[MINUTIAE], row[COUNT]
    return minutiae[at : at + 5 * count].reshape(5, count)


@compiled
def _cells(cells: Array, row: Array) -> Array:
    at, rows, columns = row[CELLS], row[ROWS], row[COLUMNS]
    return cells[at : at + rows * columns].reshape(rows, columns)
