"""Movements of money: done, refused or unknown, and nothing else (MONEY.md 1).

Only a decision that the bank stored under the order's uid, in an answer of 200, is done or refused.
Everything else is unknown and ends in the same bytes again, or in a reversal.
"""

import logging
from dataclasses import dataclass
from typing import Final

from backend_client.attempt import Silence
from backend_client.exchange import Clock, Reply, Rules, exchange, payload
from backend_client.servers import Servers
from protocol.encoding import load_json
from protocol.errors import BadEncoding
from protocol.messages.money import MovementRequest, Outcome
from protocol.messages.pin import PinProof
from protocol.messages.terminal import Problem
from protocol.signing import read_request

DECISION_S: Final = 30.0
PATH: Final = "/v1/movements"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """The bank has decided and done what ``outcome`` says."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Refused:
    """The bank has decided against it, for good: ``outcome.reason``."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Unknown:
    """Money may have moved. ``why`` is for the log, never for a decision."""

    why: str


Decision = Done | Refused | Unknown


def submit(
    servers: Servers, clock: Clock, jws: bytes, pin: PinProof | None, deadline_s: float
) -> Decision:
    """Send a signed request until the bank's decision is known or ``deadline_s`` is over.

    ``deadline_s`` is 30 at most: the time a customer waits for a decision.

    Raises:
        BadEncoding: ``jws`` is no signed request; nothing was sent.
    """
    asked = load_json(read_request(jws).order)
    try:
        identity = (asked["uid"], asked["kind"])
    except KeyError as error:
        raise BadEncoding("an order has a uid and a kind") from error
    request = payload("POST", PATH, MovementRequest(jws=jws.decode("ascii"), pin=pin))
    _log.info("%s %s goes as request %s", identity[1], identity[0], request.request_id)
    rules = Rules(call_s=min(deadline_s, DECISION_S), rounds=None, any_server=True)
    answer = exchange(servers, clock, request, Outcome, rules)
    match answer:
        case Reply(message=outcome) if (outcome.uid, outcome.kind) == identity:
            return Refused(outcome) if outcome.outcome == "refused" else Done(outcome)
        case Reply():
            servers.distrust(answer.index)
            return Unknown("an outcome of another order")
        case Problem():
            # A problem is no decision, and will hardly change by asking again at once.
            return Unknown(f"{answer.status} {answer.code}")
        case Silence():
            return Unknown(answer.why)
