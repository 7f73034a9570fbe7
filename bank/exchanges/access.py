"""Who may look after a machine."""

from typing import Annotated

from fastapi import Depends

from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem
from bank.api.session import open_session
from bank.sessions import Session


async def operator_session(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(open_session)],
) -> Session:
    """Dependency: an open session of an operator who logged in by finger at this very machine.

    Anything else is answered 401 or 403.
    """
    if peer.terminal.kind != "atm" or "operator" not in session.roles or not session.finger:
        raise HttpProblem(403, "forbidden", "operators only, by finger, at the machine itself")
    return session
