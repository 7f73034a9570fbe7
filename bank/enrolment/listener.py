"""The port for terminals that have no certificate yet: two paths of RFC 7030, and nothing else."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from bank.api.admission import Admission
from bank.api.problems import HttpProblem, handle_problems, problems
from bank.api.state import Bank, bank_of
from bank.enrolment.answers import EST, RETRY_AFTER_S, authority, issued, problem_of, request_of
from bank.enrolment.asking import ask
from bank.enrolment.errors import EnrolmentError
from bank.enrolment.limits import AskingLimits

router = APIRouter(tags=["enrolment"])


def make_enrolment_app(bank: Bank) -> FastAPI:
    """Return the application; its connections to the database are the bank's."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.bank = bank
    app.state.limits = AskingLimits()
    handle_problems(app)
    app.include_router(router)
    app.add_middleware(Admission, server=bank.server, metrics=bank.metrics)
    return app


def _address(request: Request) -> str:
    """Dependency: who asks, by network address; 429 where that one, or all, ask too often."""
    address = request.client.host[:64] if request.client else ""
    limits = request.app.state.limits
    if not isinstance(limits, AskingLimits):
        raise TypeError("the application was made without limits")
    if not limits.may_ask(address):
        raise HttpProblem(429, "rate_limited", "too many requests", retry_after_s=RETRY_AFTER_S)
    return address


@router.get(f"{EST}/cacerts", responses=problems(429, 503))
async def cacerts(
    _: Annotated[str, Depends(_address)], bank: Annotated[Bank, Depends(bank_of)]
) -> Response:
    """Root and issuer; a terminal trusts the root it was given by hand, not this."""
    return authority(bank.issuing)


@router.post(f"{EST}/simpleenroll", responses=problems(400, 403, 409, 413, 415, 429))
async def simpleenroll(
    address: Annotated[str, Depends(_address)],
    request: Request,
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """200 with the certificate, or 202: two people have not yet approved the key."""
    wanted = await request_of(request)
    try:
        der = await ask(bank, wanted, address)
    except EnrolmentError as error:
        raise problem_of(error) from error
    if der is None:
        return Response(status_code=202, headers={"Retry-After": str(RETRY_AFTER_S)})
    return issued(der)
