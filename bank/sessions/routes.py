"""DELETE /v1/session, and how other paths ask for a session."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header

from bank.api.peer import Peer, active_terminal, any_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.sessions import Session, SessionEnded, current, end

router = APIRouter(tags=["sessions"])


def session_ended() -> HttpProblem:
    """Return the answer to a request whose session is over or never was."""
    return HttpProblem(401, "session_ended", "there is no such session any more")


async def open_session(
    peer: Annotated[Peer, Depends(active_terminal)],
    bank: Annotated[Bank, Depends(bank_of)],
    session: Annotated[str, Header(max_length=43)] = "",
) -> Session:
    """Dependency: the open session in the header ``Session``, else 401."""
    try:
        return await current(
            bank.pool,
            session,
            peer.terminal.id,
            peer.certificate_sha256,
            bank.config.session_idle_s,
        )
    except SessionEnded as error:
        raise session_ended() from error


@router.delete("/v1/session", responses=problems(400))
async def log_out(
    peer: Annotated[Peer, Depends(any_terminal)],
    bank: Annotated[Bank, Depends(bank_of)],
    session: Annotated[str, Header(max_length=43)] = "",
) -> dict[str, str]:
    """End the session; once more is no error."""
    await end(bank.pool, session, peer.certificate_sha256)
    return {}
