"""POST /v1/movements and POST /v1/deposits/check."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import problems
from bank.api.session import open_session
from bank.api.state import Bank, bank_of
from bank.movements.deposits import check_deposit
from bank.movements.hot_path import movement_answer
from bank.sessions import Session
from protocol.messages.money import (
    DepositCheckAnswer,
    DepositCheckRequest,
    MovementRequest,
    Outcome,
)

router = APIRouter(tags=["money"])


@router.post(
    "/v1/movements",
    response_model=Outcome,
    openapi_extra=accepts(MovementRequest),
    responses=problems(400, 409, 413, 422),
)
async def movements(request: Request, bank: Annotated[Bank, Depends(bank_of)]) -> Response:
    """200 carries the stored decision; every other answer leaves the outcome unknown.

    `HotPath` answers before a request gets here; this is its entry in the OpenAPI document.
    """
    return Response(await movement_answer(bank, request), media_type="application/json")


@router.post(
    "/v1/deposits/check",
    response_model=DepositCheckAnswer,
    openapi_extra=accepts(DepositCheckRequest),
    responses=problems(400, 401, 413),
)
async def deposit_check(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(open_session)],
    request: Annotated[DepositCheckRequest, Depends(body_of(DepositCheckRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Say whether notes may be taken."""
    return reply(await check_deposit(bank, peer.terminal.id, session.customer, request))
