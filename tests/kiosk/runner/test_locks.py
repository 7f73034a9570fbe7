"""What opens a PIN's lock, from the bank's answer to the customer's problem."""

import pytest

from backend_client.problems import error_of
from kiosk.effects.failures import problem_of, reference_of
from kiosk.problems import Problem
from protocol.messages.terminal import Problem as Answer


@pytest.mark.parametrize(
    ("status", "code", "unlock", "problem"),
    [
        (423, "locked", "finger", Problem.PIN_LOCKED),
        (423, "locked", "branch", Problem.PIN_BLOCKED),
        (423, "locked", None, Problem.PIN_LOCKED),
        (401, "rejected", "finger", Problem.PIN_LOCKED),
        (401, "rejected", "branch", Problem.PIN_BLOCKED),
        (401, "rejected", None, Problem.PIN_WRONG),
    ],
)
def test_the_lock_says_what_opens_it(
    status: int, code: str, unlock: str | None, problem: Problem
) -> None:
    answer = Answer.model_validate(
        {
            "title": "no",
            "status": status,
            "code": code,
            "detail": "no",
            "unlock": unlock,
            "reference": "7KQM-2XHD" if unlock else None,
        }
    )
    error = error_of(answer)
    assert problem_of(error) is problem
    assert reference_of(error) == ("7KQM-2XHD" if unlock else "")
