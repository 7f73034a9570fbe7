"""POST /v1/movements as a bare ASGI answer.

It is most of what a bank is asked under load, and FastAPI's dependencies and middleware would cost
as much as the rest of the server. The checks are the very ones the other routes make (the same
functions, in the same order), and so are the problems and the answer's bytes.
"""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bank.api.bodies import parse, read_bytes
from bank.api.peer import peer_of
from bank.api.problems import HttpProblem, answer, unavailable
from bank.api.state import Bank
from bank.ledger.errors import InProgress, OtherBody, Overloaded
from bank.movements.answer import answer_bytes
from bank.movements.errors import BadMovement, ChainRefused, NotSigned, TerminalDenied
from bank.movements.submit import submit
from bank.store.errors import StoreUnavailable
from protocol.messages.money import MovementRequest

PATH: Final = "/v1/movements"


class HotPath:
    """Answers movements itself and passes every other request on."""

    def __init__(self, app: ASGIApp, bank: Bank) -> None:
        self._app = app
        self._bank = bank

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            body = await movement_answer(self._bank, Request(scope, receive))
        except HttpProblem as problem:
            await answer(problem.problem)(scope, receive, send)
            return
        except StoreUnavailable as error:
            self._bank.metrics.database_away()
            await unavailable(error)(scope, receive, send)
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def movement_answer(bank: Bank, request: Request) -> bytes:
    """Return the stored decision's bytes.

    Raises:
        HttpProblem: the decision is unknown, and why.
        StoreUnavailable: the database did not answer.
    """
    peer = await peer_of(bank, request.scope)
    movement = parse(MovementRequest, await read_bytes(request))
    try:
        decision = await submit(bank, peer, movement)
        stored = decision.final()
    except BadMovement as error:
        raise HttpProblem(400, "bad_request", str(error)) from error
    except NotSigned as error:
        raise HttpProblem(403, "forbidden", str(error)) from error
    except TerminalDenied as error:
        raise HttpProblem(403, "terminal_denied", str(error)) from error
    except ChainRefused as error:
        raise HttpProblem(403, "chain_refused", str(error)) from error
    except InProgress as error:
        raise HttpProblem(409, "in_progress", "it is being worked on") from error
    except OtherBody as error:
        raise HttpProblem(422, "other_body", "this uid belongs to other bytes") from error
    except Overloaded as error:
        bank.metrics.turned_away("queue")
        raise HttpProblem(503, "unavailable", str(error), retry_after_s=1) from error
    bank.metrics.movement(stored.kind, stored.outcome, decision.status == "replayed")
    return answer_bytes(stored)
