"""Enrolled impressions side by side in memory, so that a search runs through them at full speed.

An impression is a row of `table` and its pieces of three long arrays. Rows are only ever added, and
marked as gone with the count of changes at that time: a search begun before goes on seeing them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from biometrics.arrays import Array
from biometrics.matching.features import Features
from biometrics.matching.sketch import NUMBERS, sketch

# Columns of the table.
OWNER, GONE, SKETCH, SKETCHED, MINUTIAE, COUNT, CELLS, ROWS, COLUMNS = range(9)
_NEVER = np.iinfo(np.int64).max


class _Growing:
    """A long array that is added to at its end; what was handed out stays as it was."""

    def __init__(self, dtype: type[np.generic], columns: int = 0) -> None:
        self._array: Array = np.empty((64, columns) if columns else 64, dtype)
        self.size = 0

    def view(self) -> Array:
        return self._array[: self.size]

    def extend(self, rows: Array) -> int:
        """Add rows; return where they begin."""
        start, end = self.size, self.size + len(rows)
        if end > len(self._array):
            grown = np.empty((max(end, 2 * len(self._array)), *self._array.shape[1:]), rows.dtype)
            grown[:start] = self._array[:start]
            self._array = grown
        self._array[start:end] = rows
        self.size = end
        return start

    @property
    def nbytes(self) -> int:
        return int(self.view().nbytes)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What was enrolled at one moment. `table`: int64[k, 9], by the columns above; `sketches`:
    int8[rows, NUMBERS]; `minutiae`: float32, blocks of [5, n]; `cells`: uint8, blocks [r, c].
    A row belongs to it while its GONE is greater than `changes`."""

    changes: int
    table: Array
    sketches: Array
    minutiae: Array
    cells: Array

    def features(self, row: int) -> Features:
        """The impression of a row, for the full comparison."""
        at = self.table[row]
        count, rows, columns = int(at[COUNT]), int(at[ROWS]), int(at[COLUMNS])
        minutiae = self.minutiae[at[MINUTIAE] : at[MINUTIAE] + 5 * count].reshape(5, count)
        cells = self.cells[at[CELLS] : at[CELLS] + rows * columns].reshape(rows, columns)
        return Features(minutiae, cells)


class Pool:
    """Impressions by owner, a small number. Not for several threads that change it at once."""

    def __init__(self) -> None:
        self._changes = 0
        self._table = _Growing(np.int64, 9)
        self._sketches = _Growing(np.int8, NUMBERS)
        self._minutiae = _Growing(np.float32)
        self._cells = _Growing(np.uint8)

    def snapshot(self) -> Snapshot:
        """What is enrolled now."""
        return Snapshot(
            self._changes,
            self._table.view(),
            self._sketches.view(),
            self._minutiae.view(),
            self._cells.view(),
        )

    def add(self, owner: int, impressions: Sequence[Features]) -> list[int]:
        """Return the rows of an owner's impressions."""
        self._changes += 1
        rows = []
        for each in impressions:
            sketched = sketch(each)
            row = np.empty((1, 9), np.int64)
            row[0] = (
                owner, _NEVER,
                self._sketches.extend(sketched), len(sketched),
                self._minutiae.extend(each.minutiae.ravel()), each.minutiae.shape[1],
                self._cells.extend(each.cells.ravel()), *each.cells.shape,
            )  # fmt: skip
            rows.append(self._table.extend(row))
        return rows

    def packed(self, owners: Iterable[Sequence[int]]) -> Pool:
        """A new pool with these rows alone, of the first owner, the second, and so on."""
        old, new = self.snapshot(), Pool()
        for owner, rows in enumerate(owners):
            for at in old.table[rows]:
                row = at[None].copy()
                row[0, OWNER] = owner
                for column, pieces, source, size in (
                    (SKETCH, new._sketches, old.sketches, at[SKETCHED]),
                    (MINUTIAE, new._minutiae, old.minutiae, 5 * at[COUNT]),
                    (CELLS, new._cells, old.cells, at[ROWS] * at[COLUMNS]),
                ):
                    row[0, column] = pieces.extend(source[at[column] : at[column] + size])
                new._table.extend(row)
        return new

    def drop(self, rows: Sequence[int]) -> None:
        """Mark rows as gone for every later snapshot."""
        self._changes += 1
        self._table.view()[rows, GONE] = self._changes

    @property
    def nbytes(self) -> int:
        """Memory of all rows, gone ones too."""
        return sum(
            each.nbytes for each in (self._table, self._sketches, self._minutiae, self._cells)
        )
