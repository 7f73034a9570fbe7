"""The id a terminal gave its request, carried to every log line and every SQL statement it causes.

The id is random, made anew for each call of a terminal, and says nothing about anybody.
"""

import re
import secrets
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

CURRENT: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The request that this task works for; empty outside of requests."""
_SHAPE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def accepted(given: str) -> str:
    """Return `given` if it may stand in logs and SQL comments, else a fresh id."""
    return given if _SHAPE.fullmatch(given) else secrets.token_hex(8)


def comment(ids: Sequence[str]) -> str:
    """Return a SQL comment that names requests; only ids that were `accepted` may be passed."""
    named = " ".join(identifier for identifier in ids if identifier)
    return f" /* request {named} */" if named else ""
