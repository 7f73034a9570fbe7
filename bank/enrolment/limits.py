"""How often a peer without a certificate may ask: buckets of tokens by address, and one for all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ADDRESS_PER_S: Final = 2.0
ADDRESS_BURST: Final = 20.0
ALL_PER_S: Final = 10.0
ALL_BURST: Final = 40.0
MAX_ADDRESSES: Final = 1000


@dataclass
class _Bucket:
    tokens: float
    at_s: float

    def take(self, now_s: float, per_s: float, burst: float) -> bool:
        self.tokens = min(burst, self.tokens + (now_s - self.at_s) * per_s)
        self.at_s = now_s
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


class AskingLimits:
    """Of one server; `now_s` is a monotonic clock."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._all = _Bucket(ALL_BURST, now_s())
        self._addresses: dict[str, _Bucket] = {}

    def may_ask(self, address: str) -> bool:
        """Whether a request of `address` is looked at; each call is one."""
        now_s = self._now_s()
        bucket = self._addresses.pop(address, None) or _Bucket(ADDRESS_BURST, now_s)
        if len(self._addresses) >= MAX_ADDRESSES:
            # The one that has been silent longest: a dict keeps the order of what is put in.
            del self._addresses[next(iter(self._addresses))]
        self._addresses[address] = bucket
        # An address past its own limit takes nothing from the others'.
        return bucket.take(now_s, ADDRESS_PER_S, ADDRESS_BURST) and self._all.take(
            now_s, ALL_PER_S, ALL_BURST
        )
