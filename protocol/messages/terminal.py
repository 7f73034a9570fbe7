"""What a terminal exchanges with the bank at boot, and what a server says of itself."""

from typing import Literal

from pydantic import Field

from protocol.messages.fields import Bytes32, Currency, Message, Seconds, TerminalId, Uid
from protocol.messages.money import NoteTally


class HelloRequest(Message):
    """``POST /v1/hello`` at boot and at close of business: the journal's head and what is open.

    Ends every session this terminal still has.
    """

    chain: Uid
    seq: int = Field(ge=0)
    """The last place of the chain that is used, or was lost with a torn tail."""
    head: Bytes32
    """SHA-256 of the terminal's last JWS; 32 zero bytes before the first."""
    head_seq: int | None = Field(default=None, ge=0)
    """The place of that JWS, where it is not `seq`."""
    open_holds: tuple[Uid, ...] = Field(max_length=1000)
    pending: int = Field(ge=0)
    """Advices not yet acknowledged."""
    cassettes: NoteTally


class OpenHold(Message):
    """A hold the bank has from this terminal."""

    uid: Uid
    amount_minor: int
    age_s: int


Standing = Literal["known", "older", "diverged", "foreign"]
"""How a terminal's journal stands to what the bank has of its chain.

``older``: the bank has requests that the journal has not. ``diverged``: another request stands in
the same place. ``foreign``: another chain, which two people have not opened. The bank starts
nothing new for a terminal until it is ``known``; its advices come in all the same.
"""


class HelloAnswer(Message):
    """The bank's time, its rules for this terminal, and the holds it knows.

    ``known_chain``, ``known_seq`` and ``known_head`` are of the chain that counts.
    """

    bank_time: Seconds
    business_date: str
    realm: str
    terminal: TerminalId
    currency: Currency
    withdraw_each_minor: int
    deposit_each_minor: int
    step_up_minor: int
    signup: bool
    number_login: bool
    standing: Standing = "known"
    known_chain: Uid | None
    known_seq: int
    known_head: Bytes32 | None
    open_holds: tuple[OpenHold, ...]


class ReadyAnswer(Message):
    """``GET /readyz``: 200 when the server may be given work, 503 when not, and why."""

    ready: bool
    server: str
    reasons: tuple[Literal["database", "keys", "starting", "stopping"], ...]


class Problem(Message):
    """RFC 9457 body (``application/problem+json``) of every answer that is not 2xx.

    ``code`` is what a program decides on; ``detail`` is one sentence for a log.
    """

    type: str = "about:blank"
    title: str
    status: int
    code: Literal[
        "bad_request",
        "bad_challenge",
        "expired",
        "rejected",
        "replayed",
        "locked",
        "rate_limited",
        "unavailable",
        "not_identified",
        "number_needed",
        "session_ended",
        "forbidden",
        "terminal_denied",
        "certificate_over",
        "certificate_denied",
        "enrolment_refused",
        "chain_refused",
        "not_found",
        "conflict",
        "in_progress",
        "other_body",
        "too_large",
        "taken",
        "finger_known",
        "fingers_differ",
        "poor_finger",
        "internal",
    ]
    detail: str
    retry_after_s: int | None = None
    tries_left: int | None = None
    """At the PIN: tries before the lock, where the credential is known to exist."""
    unlock: Literal["finger", "branch"] | None = None
    """What opens a PIN's lock: a fresh identification by finger, or two members of staff."""
    reference: str | None = None
    """Of the audit row about the lock, to be read out to the bank."""
    field: str | None = None
    """The member that is wrong, for a form."""
