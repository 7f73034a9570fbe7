"""GET /v1/accounts/{number}/balance and /statement, POST /v1/payees."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from bank.api.bodies import accepts, body_of, reply
from bank.api.problems import HttpProblem, problems
from bank.api.session import open_session
from bank.api.state import Bank, bank_of
from bank.sessions import Session
from bank.statements.reads import (
    MAX_ENTRY,
    MAX_PAGE,
    PAGE,
    AccountUnknown,
    read_balance,
    read_payee,
    read_statement,
)
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, PayeeRequest, StatementAnswer

router = APIRouter(tags=["accounts"])

Number = Annotated[str, Path(pattern=r"^[0-9]{10}$")]


@router.get(
    "/v1/accounts/{number}/balance",
    response_model=BalanceAnswer,
    responses=problems(400, 401, 404),
)
async def balance(
    number: Number,
    session: Annotated[Session, Depends(open_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """The session's customer's balance and what is left of today's limits."""
    try:
        answer = await read_balance(bank, number, customer=session.customer, finger=session.finger)
    except AccountUnknown as error:
        raise HttpProblem(404, "not_found", "not an account of yours") from error
    return reply(answer)


@router.get(
    "/v1/accounts/{number}/statement",
    response_model=StatementAnswer,
    responses=problems(400, 401, 404),
)
async def statement(
    number: Number,
    session: Annotated[Session, Depends(open_session)],
    bank: Annotated[Bank, Depends(bank_of)],
    before: Annotated[int | None, Query(ge=1, le=MAX_ENTRY)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = PAGE,
) -> Response:
    """A page of the account's postings, newest first."""
    try:
        answer = await read_statement(
            bank, number, customer=session.customer, before=before, limit=limit
        )
    except AccountUnknown as error:
        raise HttpProblem(404, "not_found", "not an account of yours") from error
    return reply(answer)


@router.post(
    "/v1/payees",
    response_model=PayeeAnswer,
    openapi_extra=accepts(PayeeRequest),
    responses=problems(400, 401, 404, 413),
)
async def payee(
    _: Annotated[Session, Depends(open_session)],
    request: Annotated[PayeeRequest, Depends(body_of(PayeeRequest))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Who would get the money."""
    try:
        return reply(await read_payee(bank, request.to))
    except AccountUnknown as error:
        raise HttpProblem(404, "not_found", "no account under this number") from error
