"""POST /v1/pin/start and /v1/pin/finish."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.pin.errors import (
    BadChallenge,
    BadStart,
    ChallengeExpired,
    Lock,
    Locked,
    PinError,
    Rejected,
    Replayed,
    TooManyStarts,
)
from bank.pin.finish import finish
from bank.pin.start import start
from bank.sessions import SessionEnded
from protocol.messages.pin import LoginAnswer, PinFinishRequest, PinStartAnswer, PinStartRequest

router = APIRouter(tags=["pin"])


def problem_of(error: PinError) -> HttpProblem:
    """Return the answer for an error of the PIN proof."""
    match error:
        case BadStart():
            return HttpProblem(400, "bad_request", str(error))
        case BadChallenge():
            return HttpProblem(401, "bad_challenge", "not a challenge of this bank for this")
        case ChallengeExpired():
            return HttpProblem(401, "expired", "the time for this is over")
        case Replayed():
            return HttpProblem(409, "replayed", "this was used before")
        case Rejected(tries_left=tries_left, lock=None):
            return HttpProblem(401, "rejected", "not accepted", tries_left=tries_left)
        case Rejected(tries_left=tries_left, lock=Lock(unlock=unlock, reference=reference)):
            return HttpProblem(
                401,
                "rejected",
                "not accepted",
                tries_left=tries_left,
                unlock=unlock,
                reference=reference,
            )
        case Locked(lock=lock):
            return HttpProblem(
                423, "locked", "too many tries", unlock=lock.unlock, reference=lock.reference
            )
        case TooManyStarts(retry_after_s=retry_after_s):
            return HttpProblem(429, "rate_limited", "too many starts", retry_after_s=retry_after_s)
    raise error


@router.post(
    "/v1/pin/start",
    response_model=PinStartAnswer,
    openapi_extra=accepts(PinStartRequest),
    responses=problems(400, 401, 409, 413, 423, 429),
)
async def pin_start(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[PinStartRequest, Depends(body_of(PinStartRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Spend a try and answer the blinded PIN with a challenge."""
    try:
        return reply(await start(bank, peer, request))
    except PinError as error:
        raise problem_of(error) from error
    except SessionEnded as error:
        raise HttpProblem(401, "session_ended", "log in again") from error


@router.post(
    "/v1/pin/finish",
    response_model=LoginAnswer,
    openapi_extra=accepts(PinFinishRequest),
    responses=problems(400, 401, 409, 413),
)
async def pin_finish(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[PinFinishRequest, Depends(body_of(PinFinishRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Check a login's proof and open a session."""
    try:
        return reply(await finish(bank, peer, request))
    except PinError as error:
        raise problem_of(error) from error
