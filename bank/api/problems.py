"""RFC 9457 bodies (application/problem+json) for every answer that is not 2xx.

A handler raises `HttpProblem`. Everything else that goes wrong ends here too: a database that does
not answer is 503. (An error of ours is 500, without a word about its inside: `bank.api.admission`.)
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bank.store.errors import StoreUnavailable
from protocol.messages.terminal import Problem

log = logging.getLogger("bank.api")

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 1


class HttpProblem(Exception):
    """An answer that is not 2xx.

    `code` is one of `Problem.code`; `field` the member that is wrong; `tries_left` of the PIN,
    `unlock` and `reference` of its lock.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        retry_after_s: int | None = None,
        tries_left: int | None = None,
        field: str | None = None,
        unlock: str | None = None,
        reference: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem.model_validate(
            {
                "title": HTTPStatus(status).phrase,
                "status": status,
                "code": code,
                "detail": detail,
                "retry_after_s": retry_after_s,
                "tries_left": tries_left,
                "field": field,
                "unlock": unlock,
                "reference": reference,
            }
        )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as a response."""
    head = dict(headers or {})
    if problem.retry_after_s is not None:
        head["Retry-After"] = str(problem.retry_after_s)
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=head,
    )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route: what it may answer beside 2xx."""
    return {
        status: {"description": HTTPStatus(status).phrase, "model": Problem} for status in statuses
    }


def handle_problems(app: FastAPI) -> None:
    """Let `app` answer every error with a problem body."""
    app.add_exception_handler(HttpProblem, _own)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _own(_: Request, error: Exception) -> Response:
    if not isinstance(error, HttpProblem):
        raise TypeError("not a problem") from error
    return answer(error.problem)


def unavailable(error: Exception) -> Response:
    """Return the answer where the database gave none: ask the other server at once."""
    log.warning("database unavailable: %s", error)
    return answer(HttpProblem(503, "unavailable", str(error), retry_after_s=RETRY_AFTER_S).problem)


async def _unavailable(request: Request, error: Exception) -> Response:
    request.app.state.bank.metrics.database_away()
    return unavailable(error)


async def _invalid(_: Request, error: Exception) -> Response:
    where = ""
    if isinstance(error, RequestValidationError) and error.errors():
        where = str(error.errors()[0]["loc"][-1])
    return answer(HttpProblem(400, "bad_request", "a parameter is wrong", field=where).problem)


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code = {404: "not_found", 413: "too_large"}.get(status, "bad_request")
    return answer(HttpProblem(status, code, HTTPStatus(status).phrase).problem, headers)
