"""POST /v1/identify and /v1/lookup."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import MAX_TEMPLATE_BODY_BYTES, accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.identify.errors import (
    BadProbe,
    IdentifyError,
    NoNumberLogin,
    NotIdentified,
    NumberNeeded,
    ProbeReplayed,
    TooManyProbes,
)
from bank.identify.identify import identify, look_up
from bank.request_id import CURRENT
from protocol.messages.finger import Factor1Answer, IdentifyRequest, LookupRequest

router = APIRouter(tags=["factor 1"])


def problem_of(error: IdentifyError) -> HttpProblem:
    """Return the answer for an error of identification."""
    match error:
        case BadProbe():
            return HttpProblem(400, "bad_request", "not a template", field="template")
        case NotIdentified():
            return HttpProblem(404, "not_identified", "nobody was found")
        case NumberNeeded():
            return HttpProblem(409, "number_needed", "a number is needed to be sure")
        case ProbeReplayed():
            return HttpProblem(409, "replayed", "this probe was shown before")
        case TooManyProbes(retry_after_s=retry_after_s):
            return HttpProblem(429, "rate_limited", "too many probes", retry_after_s=retry_after_s)
        case NoNumberLogin():
            return HttpProblem(403, "forbidden", "a finger is needed")
    raise error


@router.post(
    "/v1/identify",
    response_model=Factor1Answer,
    openapi_extra=accepts(IdentifyRequest),
    responses=problems(400, 404, 409, 413, 429),
)
async def by_finger(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[IdentifyRequest, Depends(body_of(IdentifyRequest, MAX_TEMPLATE_BODY_BYTES))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Find the customer whose finger this is."""
    try:
        return reply(await identify(bank, peer.terminal.id, CURRENT.get(), request))
    except IdentifyError as error:
        raise problem_of(error) from error


@router.post(
    "/v1/lookup",
    response_model=Factor1Answer,
    openapi_extra=accepts(LookupRequest),
    responses=problems(400, 403, 413),
)
async def by_number(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[LookupRequest, Depends(body_of(LookupRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Answer for a number, known or not, in one shape."""
    try:
        return reply(await look_up(bank, peer.terminal.id, request))
    except IdentifyError as error:
        raise problem_of(error) from error
