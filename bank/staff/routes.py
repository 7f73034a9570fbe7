"""GET /v1/staff/customers, /v1/staff/accounts, POST /v1/staff/acts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from bank import audit
from bank.api.bodies import accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.sessions import Session
from bank.staff.access import teller_session
from bank.staff.acts import TELLERS, perform
from bank.staff.customers import read_customer
from bank.staff.errors import BadAct, NoCustomer, OtherAct
from bank.staff.search import search
from bank.statements.reads import MAX_ENTRY, MAX_PAGE, PAGE, AccountUnknown, read_statement
from protocol.messages.accounts import StatementAnswer
from protocol.messages.staff import (
    ActAnswer,
    ActRequest,
    CustomerAnswer,
    CustomerSearchAnswer,
)

router = APIRouter(prefix="/v1/staff", tags=["staff"])


@router.get("/customers", response_model=CustomerSearchAnswer, responses=problems(400, 401, 403))
async def customers(
    _: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
    q: Annotated[str, Query(min_length=1, max_length=100)],
) -> Response:
    """Find customers by name, user name, phone or account number."""
    return reply(await search(bank, q))


@router.get(
    "/customers/{customer}",
    response_model=CustomerAnswer,
    responses=problems(400, 401, 403, 404),
)
async def customer_details(
    customer: UUID,
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """One customer's details and accounts; that they were read is in the audit log."""
    try:
        details = await read_customer(bank, customer, session.customer)
    except NoCustomer as error:
        raise HttpProblem(404, "not_found", "no such customer") from error
    await _note(bank, peer, session, "staff read customer", {"customer": str(customer)})
    return reply(details)


@router.get(
    "/accounts/{number}/statement",
    response_model=StatementAnswer,
    responses=problems(400, 401, 403, 404),
)
async def statement(
    number: Annotated[str, Path(pattern=r"^[0-9]{10}$")],
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
    before: Annotated[int | None, Query(ge=1, le=MAX_ENTRY)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = PAGE,
) -> Response:
    """A page of any account's postings, newest first; that it was read is in the audit log."""
    try:
        page = await read_statement(bank, number, customer=None, before=before, limit=limit)
    except AccountUnknown as error:
        raise HttpProblem(404, "not_found", "no such account") from error
    await _note(bank, peer, session, "staff read statement", {"number": number})
    return reply(page)


@router.post(
    "/acts",
    response_model=ActAnswer,
    openapi_extra=accepts(ActRequest),
    responses=problems(400, 401, 403, 413, 422),
)
async def acts(
    peer: Annotated[Peer, Depends(active_terminal)],
    session: Annotated[Session, Depends(teller_session)],
    request: Annotated[ActRequest, Depends(body_of(ActRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Do what an act says; 200 is a stored decision, whichever way it went."""
    try:
        return reply(await perform(bank, peer, session, request, TELLERS))
    except BadAct as error:
        raise HttpProblem(400, "bad_request", str(error), field="act") from error
    except OtherAct as error:
        raise HttpProblem(422, "other_body", "this uid came with another act") from error


async def _note(
    bank: Bank, peer: Peer, session: Session, event: str, detail: dict[str, str]
) -> None:
    async with bank.pool.connection() as connection:
        await audit.write(
            connection,
            bank.server,
            event,
            terminal=peer.terminal.id,
            actor=session.customer,
            detail={**detail},
        )
