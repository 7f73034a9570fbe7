"""POST /v1/hello, GET /v1/staff/chains."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, released_terminal
from bank.api.problems import problems
from bank.api.state import Bank, bank_of
from bank.sessions import Session
from bank.staff.access import teller_session
from bank.terminals.hello import hello
from bank.terminals.opening import read_chains
from protocol.messages.chains import ChainsAnswer
from protocol.messages.terminal import HelloAnswer, HelloRequest

router = APIRouter(tags=["terminals"])


@router.post(
    "/v1/hello",
    response_model=HelloAnswer,
    openapi_extra=accepts(HelloRequest),
    responses=problems(400, 403, 413),
)
async def greet(
    peer: Annotated[Peer, Depends(released_terminal)],
    request: Annotated[HelloRequest, Depends(body_of(HelloRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Ends the terminal's sessions and answers the bank's time, rules and what it knows.

    A denied terminal is turned away here, before any customer could be. `standing` says whether
    its journal is the one the bank knows.
    """
    return reply(await hello(bank, peer.terminal.id, request))


@router.get("/v1/staff/chains", response_model=ChainsAnswer, responses=problems(401, 403))
async def chains(
    _: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """The terminals whose journal the bank does not know, and what they tell of it."""
    return reply(await read_chains(bank))
