"""A call: the same bytes to one server after the other until somebody answers (MONEY.md 3).

An attempt waits 2 s, then the other server is asked; 409 "in progress" is polled every 200 ms; 503
moves on at once; a call ends at 10 s. Every attempt is logged with the request's id.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import ValidationError

from backend_client.attempt import REQUEST_ID, Answer, Payload, Silence
from backend_client.servers import Servers
from protocol.messages.fields import Message
from protocol.messages.terminal import Problem

ATTEMPT_S: Final = 2.0
IDENTIFY_ATTEMPT_S: Final = 4.0
CALL_S: Final = 10.0
POLL_S: Final = 0.2
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 1.0
_MIN_ATTEMPT_S: Final = 0.05
_PROBLEM: Final = "application/problem+json"
_log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Clock:
    """Monotonic seconds, Unix milliseconds (only to make uids), sleep, and numbers in 0..1 that
    spread waits; for tests to replace.
    """

    now: Callable[[], float] = time.monotonic
    wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Rules:
    """How hard a call is tried.

    ``rounds`` is how often all servers are asked (None: until ``call_s`` is over); five take 1.5 s
    where nobody listens, in which a server that died has been started again. Without
    ``resend`` the request goes out once: to another server only if it surely never left. With
    ``any_server`` a definite no of one server is not the end: another may know better.
    """

    attempt_s: float = ATTEMPT_S
    call_s: float = CALL_S
    rounds: int | None = 5
    resend: bool = True
    any_server: bool = False


@dataclass(frozen=True, slots=True)
class Reply(Generic[M]):
    """A message, and which server said it: ``index``, name and certificate hash."""

    message: M
    index: int
    server: str
    certificate_hash: bytes


def payload(
    method: str, path: str, body: Message | None = None, session: str | None = None
) -> Payload:
    """Return the bytes of a request. The request id is the same at all attempts."""
    headers = {REQUEST_ID: secrets.token_hex(16), "Accept": "application/json"}
    if session is not None:
        headers["Session"] = session
    if body is None:
        return Payload(method, path, headers)
    headers["Content-Type"] = "application/json"
    return Payload(method, path, headers, body.model_dump_json(exclude_none=True).encode())


def exchange(
    servers: Servers, clock: Clock, request: Payload, model: type[M], rules: Rules
) -> Reply[M] | Problem | Silence:
    """Return the answer to ``request``, a definite no, or silence.

    The silence's ``sent`` is False only if no server can have seen the request.
    """
    end = clock.now() + rules.call_s
    sent, why = False, "no server may be asked yet"
    pause_s, rounds = _FIRST_PAUSE_S, 0
    while True:
        declined: Problem | None = None
        awake = [index for index in servers.order() if servers.rests_for(index) == 0]
        for index in awake:
            result = _ask(servers, clock, index, request, model, rules, end)
            match result:
                case Reply():
                    return result
                case Problem():
                    if not rules.any_server:
                        return result
                    declined = result
                case Silence():
                    sent, why = sent or result.sent, result.why
                    if result.sent and not rules.resend:
                        return result
        if declined is not None:
            return declined
        rounds += bool(awake)
        left_s = end - clock.now()
        # A pause takes at most half of what is left: a server that comes back late is still asked.
        wait_s = min(pause_s * (1.0 + clock.jitter() / 2), left_s / 2)
        wait_s = max(wait_s, servers.first_awake_in())
        if rounds == rules.rounds or left_s - wait_s < _MIN_ATTEMPT_S:
            return Silence(why, sent)
        clock.sleep(wait_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _ask(
    servers: Servers,
    clock: Clock,
    index: int,
    request: Payload,
    model: type[M],
    rules: Rules,
    end: float,
) -> Reply[M] | Problem | Silence:
    while True:
        remaining_s = end - clock.now()
        if remaining_s < _MIN_ATTEMPT_S:
            return Silence("no time left", sent=False)
        before = clock.now()
        answer = servers.send(index, request, min(rules.attempt_s, remaining_s))
        _note(servers.name(index), request, answer, clock.now() - before)
        if isinstance(answer, Silence):
            return answer
        read = _read(answer, model, index)
        if isinstance(read, Silence) and answer.status < 500:
            servers.distrust(index)
        if not (isinstance(read, Problem) and read.code == "in_progress"):
            return read
        if end - clock.now() <= POLL_S:
            return Silence("still being worked on", sent=True)
        clock.sleep(POLL_S)


def _note(server: str, request: Payload, answer: Answer | Silence, took_s: float) -> None:
    """Log an attempt. Of the path only its fixed words: the others are accounts and people."""
    words = request.path.partition("?")[0].split("/")
    where = "/".join(word if word.isalpha() or word == "v1" else "*" for word in words[1:])
    said = f"status {answer.status}" if isinstance(answer, Answer) else answer.why
    _log.info(
        "%s /%s at %s: %s in %d ms, request %s",
        request.method,
        where,
        server,
        said,
        took_s * 1000,
        request.request_id,
    )


def _read(answer: Answer, model: type[M], index: int) -> Reply[M] | Problem | Silence:
    try:
        if answer.status == 200 and answer.content_type == "application/json":
            message = model.model_validate_json(answer.body)
            return Reply(message, index, answer.server, answer.certificate_hash)
        if 400 <= answer.status < 500 and answer.content_type == _PROBLEM:
            problem = Problem.model_validate_json(answer.body)
            if problem.status == answer.status:
                return problem
    except ValidationError:
        return Silence(f"an answer of status {answer.status} makes no sense", sent=True)
    # 5xx, a proxy's page, a redirect: no decision of the bank.
    return Silence(f"status {answer.status}", sent=True)
