"""Whether the server lives, and whether it may be given work."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response

from bank.api.bodies import reply
from bank.api.peer import peer_certificate
from bank.api.problems import problems
from bank.api.readiness import Readiness
from bank.api.state import Bank, bank_of
from protocol.messages.terminal import ReadyAnswer

router = APIRouter(tags=["health"])

Reason = Literal["database", "keys", "starting", "stopping"]


@router.get("/healthz", responses=problems(403))
async def healthz(request: Request) -> dict[str, str]:
    """The process answers; nothing is said of what is behind it."""
    peer_certificate(request.scope)
    return {"status": "ok"}


@router.get(
    "/readyz",
    response_model=ReadyAnswer,
    responses={**problems(403), 503: {"model": ReadyAnswer, "description": "Not ready"}},
)
async def readyz(request: Request, bank: Annotated[Bank, Depends(bank_of)]) -> Response:
    """200 when work may be sent here, else 503 with the reasons, up to half a second old."""
    peer_certificate(request.scope)
    readiness: Readiness = request.app.state.readiness

    writable = await request.app.state.writable.ask()
    found: dict[Reason, bool] = {
        "database": not writable,
        "keys": readiness.keys_confirmed is False,
        "starting": not readiness.prepared.is_set(),
        "stopping": readiness.stopping,
    }
    reasons = tuple(reason for reason, true in found.items() if true)
    ready = ReadyAnswer(ready=not reasons, server=bank.server, reasons=reasons)
    return reply(ready, 200 if ready.ready else 503)
