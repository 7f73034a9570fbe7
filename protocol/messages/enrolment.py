"""Terminals as staff see them, the keys that wait for a certificate, and what is done with them."""

from typing import Literal

from protocol.messages.fields import Bytes32, Message, Seconds, TerminalId

TerminalKind = Literal["atm", "teller"]


class EnrolmentRow(Message):
    """A key that waits (``GET /v1/staff/terminals``).

    ``key`` is SHA-256 of its SubjectPublicKeyInfo, whose characters `protocol.enrolment` writes.
    ``approved`` says whether somebody has approved it, ``approved_by_me`` whether that was who
    asks.
    """

    key: Bytes32
    terminal: TerminalId
    kind: TerminalKind
    known: bool
    """Whether the bank has a terminal of this name already."""
    address: str
    asked_at: Seconds
    heard_at: Seconds
    """When it asked last; a terminal that waits asks every few seconds."""
    approved: bool
    approved_by_me: bool


class CertificateRow(Message):
    """A certificate of a terminal; ``sha256`` is of its DER."""

    sha256: Bytes32
    issued_at: Seconds
    not_after: Seconds
    state: Literal["good", "over", "denied"]


class TerminalRow(Message):
    """A terminal and its newest certificates, at most 5."""

    terminal: TerminalId
    kind: TerminalKind
    status: Literal["active", "denied"]
    certificates: tuple[CertificateRow, ...]
    release_asked: bool
    """Whether one person has asked to release it."""


class TerminalsAnswer(Message):
    """``GET /v1/staff/terminals``: what waits, the oldest first, and at most 200 terminals."""

    waiting: tuple[EnrolmentRow, ...]
    terminals: tuple[TerminalRow, ...]
    more: bool


class TerminalFinding(Message):
    """What an act does to a terminal.

    ``key`` (and ``kind``) of enrol_terminal and refuse_terminal; ``certificate`` of
    deny_certificate; deny_terminal and release_terminal name the terminal alone.
    """

    terminal: TerminalId
    kind: TerminalKind | None = None
    key: Bytes32 | None = None
    certificate: Bytes32 | None = None
