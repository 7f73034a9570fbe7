"""POST /v1/hello."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, released_terminal
from bank.api.problems import problems
from bank.api.state import Bank, bank_of
from bank.terminals.hello import hello
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
