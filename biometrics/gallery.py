"""One finger against all that are enrolled (1:N)."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from biometrics.template import Template

if TYPE_CHECKING:
    from biometrics.matching.features import Features
    from biometrics.matching.pool import Pool

MAX_IMPRESSIONS = 10
# Up to so many fingers all are compared fully.
COMPARE_ALL = 200
# Of more, this share of the impressions votes, and this share of the fingers is compared, never
# fewer than half of those that are compared without (docs/biometrics.md, section Many fingers).
_VOTING = 0.5
_COMPARED = 0.02
# Removed impressions are forgotten when they are more than those left, and more than this.
_WORTH_PACKING = 1000


class Gallery:
    """Enrolled fingers by id, each with one to MAX_IMPRESSIONS impressions.

    Adding and removing cost the same however many there are. Any thread may read while another
    adds or removes: a search goes on over the fingers it began with. An impression takes some
    5 kB. Up to `compare_all` fingers a search compares with each; beyond, with a short list.
    """

    def __init__(self, compare_all: int = COMPARE_ALL) -> None:
        self._compare_all = compare_all
        self._changing = threading.Lock()
        # What was added waits for the first search: only this loads compiled code.
        self._waiting: dict[str, tuple[Template, ...]] = {}
        self._rows: dict[str, list[int]] = {}
        self._names: list[str] = []
        self._pool: Pool | None = None
        self._live = 0
        self._gone = 0

    def __len__(self) -> int:  # noqa: D105
        return len(self._rows) + len(self._waiting)

    def __contains__(self, finger: str) -> bool:  # noqa: D105
        return finger in self._rows or finger in self._waiting

    @property
    def nbytes(self) -> int:
        """Memory of the enrolled impressions."""
        pool = self.prepare()
        return pool.nbytes if pool is not None else 0

    def prepare(self) -> Pool | None:
        """Do what the next search would have to do first; some 0.3 ms an added impression."""
        with self._changing:
            return self._take_up()

    def add(self, finger: str, templates: Iterable[Template]) -> None:
        """Enrol a finger, or replace its impressions. Raises ValueError for none or too many."""
        impressions = tuple(templates)
        if not 1 <= len(impressions) <= MAX_IMPRESSIONS:
            raise ValueError(f"a finger has 1 to {MAX_IMPRESSIONS} impressions")
        with self._changing:
            self._drop(finger)
            self._waiting[finger] = impressions
            self._pack()

    def remove(self, finger: str) -> None:
        """Forget a finger; one that is not enrolled is no error."""
        with self._changing:
            self._drop(finger)
            self._pack()

    def verify(self, probe: Template, finger: str) -> float:
        """1:1, the best score over the finger's impressions; 0 for one that is not enrolled."""
        with self._changing:
            pool = self._take_up()
            rows = self._rows.get(finger, [])
            snapshot = pool.snapshot() if pool is not None else None
        if snapshot is None or not rows:
            return 0.0
        return _best(probe.features, (snapshot.features(row) for row in rows))

    def identify(self, probe: Template, limit: int) -> list[tuple[str, float]]:
        """1:N, the `limit` best fingers with their scores, best first.

        Whether the first is somebody, `biometrics.thresholds.decide` says.
        """
        with self._changing:
            pool = self._take_up()
            names, fingers, live = self._names, len(self._rows), self._live
            snapshot = pool.snapshot() if pool is not None else None
        if snapshot is None:
            return []
        from biometrics.matching.search import search

        voting = None
        compared = max(self._compare_all // 2, limit, round(_COMPARED * fingers))
        if fingers > self._compare_all:
            voting = max(2 * compared, round(_VOTING * live))
        owners, best = search(snapshot, probe.features, voting, compared)
        found = zip(best.tolist(), (names[owner] for owner in owners.tolist()), strict=True)
        ranked = sorted(found, key=lambda pair: (-pair[0], pair[1]))
        return [(name, score) for score, name in ranked[: max(0, limit)]]

    def _take_up(self) -> Pool | None:
        """Put what waits into the pool; None while nothing was ever added."""
        if self._pool is None and self._waiting:
            from biometrics.matching.pool import Pool

            self._pool = Pool()
        while self._pool is not None and self._waiting:
            finger, impressions = next(iter(self._waiting.items()))
            features = [impression.features for impression in impressions]
            self._rows[finger] = self._pool.add(len(self._names), features)
            self._names.append(finger)
            self._live += len(impressions)
            del self._waiting[finger]
        return self._pool

    def _drop(self, finger: str) -> None:
        self._waiting.pop(finger, None)
        rows = self._rows.pop(finger, [])
        if self._pool is not None and rows:
            self._pool.drop(rows)
            self._live -= len(rows)
            self._gone += len(rows)

    def _pack(self) -> None:
        """Begin anew with the fingers that are left, so that those gone cost nothing for long."""
        if self._pool is None or self._gone <= max(_WORTH_PACKING, self._live):
            return
        self._pool = self._pool.packed(self._rows.values())
        self._names = list(self._rows)
        rows = iter(range(self._live))
        self._rows = {name: [next(rows) for _ in mine] for name, mine in self._rows.items()}
        self._gone = 0


def best_of(probe: Template, impressions: Iterable[Template]) -> float:
    """The best score of a probe against several impressions of one finger, 0 for none."""
    return _best(probe.features, (each.features for each in impressions))


def _best(probe: Features, impressions: Iterable[Features]) -> float:
    from biometrics.matching.score import compare

    return max((compare(probe, each) for each in impressions), default=0.0)
