"""In which order servers are asked: plain functions of what is known about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from backend_client.breaker import Breaker

HEALTHY_FOR_S: Final = 5.0
"""How long a server that was away must have been well before it is preferred again."""


class Policy(StrEnum):
    """PRIMARY keeps to the first server while it is well; BALANCED spreads by least in flight."""

    PRIMARY = "primary"
    BALANCED = "balanced"


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is known about a server.

    ``resting_until`` is the end of a Retry-After (monotonic seconds), ``in_flight`` the number of
    requests that it has not answered yet, ``served`` how many it was given.
    """

    breaker: Breaker = field(default_factory=Breaker)
    resting_until: float = 0.0
    in_flight: int = 0
    served: int = 0


def order(policy: Policy, states: Sequence[ServerState], now: float) -> list[int]:
    """Return the indices of all servers, the one to ask first in front.

    First come those that are well, then those that asked for rest, then those that were silent.
    The last are asked too: a movement of money is never given up because of a breaker.
    """

    def rank(index: int) -> tuple[float, ...]:
        state = states[index]
        group = 2 if not state.breaker.closed else 1 if state.resting_until > now else 0
        if group == 2:
            return (group, state.breaker.probe_at, index)
        if group == 1:
            return (group, state.resting_until, index)
        if policy is Policy.BALANCED:
            return (group, state.in_flight, state.served, index)
        settled = state.breaker.healthy_for(now) >= HEALTHY_FOR_S
        return (group, 0 if settled else 1, index)

    return sorted(range(len(states)), key=rank)
