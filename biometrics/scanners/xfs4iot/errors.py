"""What can go wrong between a command and its completion.

ServiceError
+-- ServiceAway       no connection, or no answer, or nonsense: whether the command was carried
|                     out is unknown. Connect again and ask. `closed`: the other end is gone
+-- CommandRefused    acknowledged as not acceptable: it was not carried out
+-- CommandFailed     completed without success; what it moved until then has moved
"""

from typing import Any


class ServiceError(Exception):
    """Any failure of a service."""


class ServiceAway(ServiceError):
    """The service cannot be talked to; the connection is closed."""

    def __init__(self, message: str, *, closed: bool) -> None:
        super().__init__(message)
        self.closed = closed


class CommandRefused(ServiceError):
    """The acknowledgement has a status: invalidMessage, invalidRequestID or tooManyRequests."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the service refused the command: {status}")
        self.status = status


class CommandFailed(ServiceError):
    """`code`: the completion's (canceled, timeOut, hardwareError...); `error_code`: the command's
    own, with code commandErrorCode; `payload`: what the completion told besides.
    """

    def __init__(self, code: str, error_code: str, words: str, payload: dict[str, Any]) -> None:
        super().__init__(": ".join(part for part in (code, error_code, words) if part))
        self.code = code
        self.error_code = error_code
        self.payload = payload
