"""Room for new movements, so that there is always some left for what has happened already."""

import contextlib
from collections.abc import Iterator
from typing import Final

from anyio import CapacityLimiter, WouldBlock

from bank.ledger.errors import Overloaded

MAX_STARTS: Final = 112
"""New movements in the ledger at once. What else `bank.api.admission` lets in is left to advices:
they tell of money that has moved, and must not starve behind money that wants to."""


@contextlib.contextmanager
def room_for_a_start(starts: CapacityLimiter) -> Iterator[None]:
    """Hold a place while a new movement is with the ledger.

    Errors: Overloaded, at once, where there is none.
    """
    place = object()
    try:
        starts.acquire_on_behalf_of_nowait(place)
    except WouldBlock:
        raise Overloaded("too many new movements at once") from None
    try:
        yield
    finally:
        starts.release_on_behalf_of(place)
