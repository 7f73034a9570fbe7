"""On the terminals' own port: a certificate is renewed, and staff see who waits."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from bank.api.bodies import reply
from bank.api.peer import Peer, any_terminal, released_terminal
from bank.api.problems import problems
from bank.api.state import Bank, bank_of
from bank.enrolment.answers import EST, authority, issued, problem_of, request_of
from bank.enrolment.errors import EnrolmentError
from bank.enrolment.reads import read_terminals
from bank.enrolment.renewing import renew
from bank.sessions import Session
from bank.staff.access import teller_session
from protocol.messages.enrolment import TerminalsAnswer

router = APIRouter()
_CERTIFICATES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "certs-only PKCS#7, base64",
        "content": {"application/pkcs7-mime": {"schema": {"type": "string"}}},
    }
}


@router.get(
    f"{EST}/cacerts",
    tags=["enrolment"],
    response_class=Response,
    responses=_CERTIFICATES | problems(503),
)
async def cacerts(
    _: Annotated[Peer, Depends(any_terminal)], bank: Annotated[Bank, Depends(bank_of)]
) -> Response:
    """Root and issuer, as ``application/pkcs7-mime`` (RFC 7030 4.1)."""
    return authority(bank.issuing)


@router.post(
    f"{EST}/simplereenroll",
    tags=["enrolment"],
    response_class=Response,
    responses=_CERTIFICATES | problems(400, 403, 409, 413, 415, 429),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/pkcs10": {"schema": {"type": "string"}}},
        }
    },
)
async def simplereenroll(
    peer: Annotated[Peer, Depends(released_terminal)],
    request: Request,
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """A certificate for a terminal's new key, by the good one it still has (RFC 7030 4.2.2)."""
    wanted = await request_of(request)
    try:
        return issued(await renew(bank, peer, wanted))
    except EnrolmentError as error:
        raise problem_of(error) from error


@router.get(
    "/v1/staff/terminals",
    tags=["staff"],
    response_model=TerminalsAnswer,
    responses=problems(401, 403),
)
async def terminals(
    session: Annotated[Session, Depends(teller_session)],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Keys that wait for two people, and every terminal with its newest certificates."""
    return reply(await read_terminals(bank, session.customer))
