"""DELETE /v1/session."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header

from bank.api.peer import Peer, any_terminal
from bank.api.problems import problems
from bank.api.state import Bank, bank_of
from bank.sessions import end

router = APIRouter(tags=["sessions"])


@router.delete("/v1/session", responses=problems(400))
async def log_out(
    peer: Annotated[Peer, Depends(any_terminal)],
    bank: Annotated[Bank, Depends(bank_of)],
    session: Annotated[str, Header(max_length=64)] = "",
) -> dict[str, str]:
    """End the session; once more is no error."""
    await end(bank.pool, session, peer.certificate_sha256)
    return {}
