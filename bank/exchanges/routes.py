"""GET /v1/operator/cash and POST /v1/operator/acts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.exchanges.access import operator_session
from bank.exchanges.reads import machine_cash
from bank.sessions import Session
from bank.staff.acts import OPERATORS, perform
from bank.staff.errors import BadAct, OtherAct
from protocol.messages.operator import CashAnswer
from protocol.messages.staff import ActAnswer, ActRequest

router = APIRouter(prefix="/v1/operator", tags=["operator"])


@router.get("/cash", response_model=CashAnswer, responses=problems(400, 401, 403))
async def cash(
    peer: Annotated[Peer, Depends(active_terminal)],
    _: Annotated[Session, Depends(operator_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """What the ledger has in this machine. No customer is named."""
    return reply(await bank.pool.run(lambda connection: machine_cash(connection, peer.terminal.id)))


@router.post(
    "/acts",
    response_model=ActAnswer,
    openapi_extra=accepts(ActRequest),
    responses=problems(400, 401, 403, 413, 422),
)
async def acts(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(operator_session)],
    request: Annotated[ActRequest, Depends(body_of(ActRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Approve the count sheet of an exchange; 200 is a stored decision, whichever way it went."""
    try:
        return reply(await perform(bank, peer, session, request, OPERATORS))
    except BadAct as error:
        raise HttpProblem(400, "bad_request", str(error), field="act") from error
    except OtherAct as error:
        raise HttpProblem(422, "other_body", "this uid came with another act") from error
