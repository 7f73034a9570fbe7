"""POST /v1/movements and POST /v1/deposits/check."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal, any_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.session import open_session
from bank.api.state import Bank, bank_of
from bank.ledger.errors import InProgress, OtherBody
from bank.movements.answer import answer_bytes
from bank.movements.deposits import check_deposit
from bank.movements.errors import BadMovement, NotSigned, TerminalDenied
from bank.movements.submit import submit
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
async def movements(
    peer: Annotated[Peer, Depends(any_terminal)],
    request: Annotated[MovementRequest, Depends(body_of(MovementRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """200 carries the stored decision; every other answer leaves the outcome unknown."""
    try:
        stored = await submit(bank, peer, request)
    except BadMovement as error:
        raise HttpProblem(400, "bad_request", str(error)) from error
    except (NotSigned, TerminalDenied) as error:
        raise HttpProblem(403, "forbidden", str(error)) from error
    except InProgress as error:
        raise HttpProblem(409, "in_progress", "it is being worked on") from error
    except OtherBody as error:
        raise HttpProblem(422, "other_body", "this uid belongs to other bytes") from error
    return Response(answer_bytes(stored), media_type="application/json")


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
