"""Who may do staff's work."""

from typing import Annotated

from fastapi import Depends

from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem
from bank.api.session import open_session
from bank.sessions import Session


async def teller_session(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(open_session)],
) -> Session:
    """Dependency: an open session of a teller who logged in by finger at a teller's terminal.

    Anything else is answered 401 or 403.
    """
    if peer.terminal.kind != "teller" or "teller" not in session.roles or not session.finger:
        raise HttpProblem(403, "forbidden", "staff only, by finger, at a branch terminal")
    return session
