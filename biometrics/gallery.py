"""One finger against all that are enrolled (1:N)."""

import threading
from collections.abc import Iterable
from types import MappingProxyType

from biometrics.template import Template

MAX_IMPRESSIONS = 10


class Gallery:
    """Enrolled fingers by id, each with one to MAX_IMPRESSIONS impressions.

    Any thread may read while another adds or removes: a change makes a new mapping, and a search
    goes on over the one it began with.
    """

    def __init__(self) -> None:
        self._fingers: MappingProxyType[str, tuple[Template, ...]] = MappingProxyType({})
        self._changing = threading.Lock()

    def __len__(self) -> int:  # noqa: D105
        return len(self._fingers)

    def __contains__(self, finger: str) -> bool:  # noqa: D105
        return finger in self._fingers

    def add(self, finger: str, templates: Iterable[Template]) -> None:
        """Enrol a finger, or replace its impressions. Raises ValueError for none or too many."""
        impressions = tuple(templates)
        if not 1 <= len(impressions) <= MAX_IMPRESSIONS:
            raise ValueError(f"a finger has 1 to {MAX_IMPRESSIONS} impressions")
        for impression in impressions:
            _ = impression.features
        with self._changing:
            self._fingers = MappingProxyType({**self._fingers, finger: impressions})

    def remove(self, finger: str) -> None:
        """Forget a finger; one that is not enrolled is no error."""
        with self._changing:
            left = {key: value for key, value in self._fingers.items() if key != finger}
            self._fingers = MappingProxyType(left)

    def verify(self, probe: Template, finger: str) -> float:
        """1:1, the best score over the finger's impressions; 0 for one that is not enrolled."""
        return best_of(probe, self._fingers.get(finger, ()))

    def identify(self, probe: Template, limit: int) -> list[tuple[str, float]]:
        """1:N, the `limit` best fingers with their scores, best first.

        Whether the first is somebody, `biometrics.thresholds.decide` says.
        """
        fingers = self._fingers
        scores = [(finger, best_of(probe, enrolled)) for finger, enrolled in fingers.items()]
        scores.sort(key=lambda row: (-row[1], row[0]))
        return scores[: max(0, limit)]


def best_of(probe: Template, impressions: Iterable[Template]) -> float:
    """The best score of a probe against several impressions of one finger, 0 for none."""
    from biometrics.matching.score import compare

    return max((compare(probe.features, each.features) for each in impressions), default=0.0)
