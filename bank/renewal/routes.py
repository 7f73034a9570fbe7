"""POST /v1/staff/customers/{customer}/pin-ticket, /v1/pin/change and /v1/pin/renew."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.session import open_session
from bank.api.state import Bank, bank_of
from bank.pin.errors import PinError
from bank.pin.routes import problem_of as pin_problem_of
from bank.renewal.errors import (
    NoReset,
    OtherRenewal,
    RenewalError,
    RenewalOver,
    TooManyTickets,
)
from bank.renewal.finish import renew
from bank.renewal.tickets import change_ticket, reset_ticket
from bank.sessions import Session
from bank.staff.access import teller_session
from protocol.messages.renewal import PinRenewal, PinRenewed
from protocol.messages.signup import SignupTicket

router = APIRouter(tags=["pin"])


def problem_of(error: RenewalError) -> HttpProblem:
    """Return the answer for an error of a renewal."""
    match error:
        case NoReset():
            return HttpProblem(404, "not_found", "two people have not approved this here")
        case TooManyTickets():
            return HttpProblem(429, "rate_limited", "too many tickets", retry_after_s=900)
        case RenewalOver():
            return HttpProblem(401, "expired", "the time for this PIN is over")
        case OtherRenewal():
            return HttpProblem(422, "other_body", "this ticket is of something else")
    raise error


@router.post(
    "/v1/staff/customers/{customer}/pin-ticket",
    response_model=SignupTicket,
    responses=problems(400, 401, 403, 404, 429),
)
async def pin_ticket(
    customer: UUID,
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Give the ticket for a reset that two people approved for this desk."""
    try:
        return reply(await reset_ticket(bank, peer, session, customer))
    except RenewalError as error:
        raise problem_of(error) from error


@router.post("/v1/pin/change", response_model=SignupTicket, responses=problems(401, 403, 404, 429))
async def change(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(open_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Give the ticket for a new PIN of the session's own customer, who came in by finger."""
    if not session.finger:
        raise HttpProblem(403, "forbidden", "a PIN is changed by finger only")
    try:
        return reply(await change_ticket(bank, peer, session))
    except RenewalError as error:
        raise problem_of(error) from error


@router.post(
    "/v1/pin/renew",
    response_model=PinRenewed,
    openapi_extra=accepts(PinRenewal),
    responses=problems(400, 401, 409, 413, 422),
)
async def pin_renew(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[PinRenewal, Depends(body_of(PinRenewal))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Put the new PIN in force."""
    try:
        return reply(await renew(bank, peer, request))
    except RenewalError as error:
        raise problem_of(error) from error
    except PinError as error:
        raise pin_problem_of(error) from error
