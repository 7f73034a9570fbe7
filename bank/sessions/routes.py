"""GET and DELETE /v1/session."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header

from bank.api.peer import Peer, any_terminal
from bank.api.problems import problems
from bank.api.session import open_session
from bank.api.state import Bank, bank_of
from bank.sessions import Session, end

router = APIRouter(tags=["sessions"])


@router.get("/v1/session", responses=problems(400, 401))
async def stay(_: Annotated[Session, Depends(open_session)]) -> dict[str, str]:
    """Say that somebody is still there: the session does not idle out, but ends when it must."""
    return {}


@router.delete("/v1/session", responses=problems(400))
async def log_out(
    peer: Annotated[Peer, Depends(any_terminal)],
    bank: Annotated[Bank, Depends(bank_of)],
    session: Annotated[str, Header(max_length=64)] = "",
) -> dict[str, str]:
    """End the session; once more is no error."""
    await end(bank.pool, session, peer.certificate_sha256)
    return {}
