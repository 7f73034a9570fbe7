"""GET /v1/staff/cases and /v1/staff/cases/{number}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from bank import audit
from bank.api.bodies import reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.cases import CaseUnknown
from bank.cases.reads import read_case, read_cases
from bank.sessions import Session
from bank.staff.access import teller_session
from protocol.messages.cases import CaseAnswer, CasesAnswer

router = APIRouter(prefix="/v1/staff/cases", tags=["cases"])


@router.get("", response_model=CasesAnswer, responses=problems(400, 401, 403))
async def cases(
    _: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
    terminal: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9-]{1,64}$")] = None,
    *,
    closed: bool = False,
) -> Response:
    """Open cases, the oldest first; with ``closed`` the closed ones too."""
    return reply(await read_cases(bank, closed=closed, terminal=terminal))


@router.get("/{number}", response_model=CaseAnswer, responses=problems(400, 401, 403, 404))
async def case(
    number: Annotated[str, Path(pattern=r"^C-[0-9]{8,12}$")],
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """A case and the ledger's side of it; that it was read is in the audit log."""
    try:
        found = await read_case(bank, number)
    except CaseUnknown as error:
        raise HttpProblem(404, "not_found", "no such case") from error
    async with bank.pool.connection() as connection:
        await audit.write(
            connection,
            bank.server,
            "staff read case",
            terminal=peer.terminal.id,
            actor=session.customer,
            detail={"number": number},
        )
    return reply(found)
