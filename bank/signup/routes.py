"""POST /v1/signup/begin and /v1/signup/finish."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bank.api.bodies import MAX_TEMPLATE_BODY_BYTES, accepts, body_of, reply
from bank.api.peer import Peer, active_terminal
from bank.api.problems import HttpProblem, problems
from bank.api.state import Bank, bank_of
from bank.pin.errors import PinError
from bank.pin.routes import problem_of as pin_problem_of
from bank.signup.begin import begin
from bank.signup.errors import (
    FingerKnown,
    FingersDiffer,
    OtherSignup,
    PoorFinger,
    SignupClosed,
    SignupError,
    SignupOver,
    Taken,
    TooManySignups,
)
from bank.signup.finish import finish
from protocol.messages.signup import SignupAnswer, SignupBegin, SignupFinish, SignupTicket

router = APIRouter(tags=["sign-up"])


def problem_of(error: SignupError) -> HttpProblem:
    """Return the answer for an error of sign-up."""
    match error:
        case Taken():
            return HttpProblem(409, "taken", "this user name is taken", field="user_name")
        case FingerKnown():
            return HttpProblem(409, "finger_known", "this finger is a customer's already")
        case FingersDiffer():
            return HttpProblem(422, "fingers_differ", "the pictures are of different fingers")
        case PoorFinger():
            return HttpProblem(422, "poor_finger", str(error), field="templates")
        case OtherSignup():
            return HttpProblem(422, "other_body", "this sign-up came with other contents")
        case SignupOver():
            return HttpProblem(401, "expired", "the time for this sign-up is over")
        case SignupClosed():
            return HttpProblem(403, "forbidden", "no sign-up here")
        case TooManySignups():
            return HttpProblem(429, "rate_limited", "too many sign-ups", retry_after_s=600)
    raise error


@router.post(
    "/v1/signup/begin",
    response_model=SignupTicket,
    openapi_extra=accepts(SignupBegin),
    responses=problems(400, 403, 409, 413, 422, 429),
)
async def signup_begin(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[SignupBegin, Depends(body_of(SignupBegin, MAX_TEMPLATE_BODY_BYTES))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Check details and fingers; answer with a ticket for the PIN's registration."""
    try:
        return reply(await begin(bank, peer, request))
    except SignupError as error:
        raise problem_of(error) from error


@router.post(
    "/v1/signup/finish",
    response_model=SignupAnswer,
    openapi_extra=accepts(SignupFinish),
    responses=problems(400, 401, 409, 413, 422),
)
async def signup_finish(
    peer: Annotated[Peer, Depends(active_terminal)],
    request: Annotated[SignupFinish, Depends(body_of(SignupFinish))],
    bank: Annotated[Bank, Depends(bank_of)],
) -> Response:
    """Make the customer and open an account."""
    try:
        return reply(await finish(bank, peer, request))
    except SignupError as error:
        raise problem_of(error) from error
    except PinError as error:
        raise pin_problem_of(error) from error
