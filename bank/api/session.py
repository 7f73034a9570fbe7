"""The open session a request comes with: header ``Session``, bound to the terminal."""

from typing import Annotated

from fastapi import Depends, Header

from bank import sessions
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem
from bank.api.state import Bank, bank_of
from bank.sessions import Session, SessionEnded


async def open_session(
    peer: Annotated[Peer, Depends(active_terminal)],
    bank: Annotated[Bank, Depends(bank_of)],
    session: Annotated[str, Header(max_length=64)] = "",
) -> Session:
    """Dependency: the session of a released terminal, or 401 session_ended."""
    try:
        return await sessions.current(
            bank.pool,
            session,
            peer.terminal.id,
            peer.certificate_sha256,
            bank.config.session_idle_s,
        )
    except SessionEnded as error:
        raise HttpProblem(401, "session_ended", "log in again") from error
