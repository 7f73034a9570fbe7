"""A terminal's chain of signed requests, as staff see it when the bank does not know it."""

import hashlib

from protocol.encoding import canonical_json
from protocol.enrolment import characters
from protocol.messages.fields import Bytes32, Message, Seconds, TerminalId, Uid
from protocol.messages.terminal import Standing


class NewChain(Message):
    """A chain that shall take the place of a terminal's old one.

    ``seq`` and ``head`` name the last request of the old one that the bank has.
    """

    terminal: TerminalId
    chain: Uid
    seq: int
    head: Bytes32


class ChainRow(Message):
    """A terminal that may start nothing new, for its journal is not the one the bank knows.

    ``told`` is what it says of its journal; a new chain may be opened where ``standing`` is
    ``foreign`` and ``told`` names the last request that the bank has.
    """

    standing: Standing
    told: NewChain
    known_chain: Uid
    known_seq: int
    known_head: Bytes32
    hello_at: Seconds
    waiting: bool
    """Whether one person has approved what is told."""


class ChainsAnswer(Message):
    """``GET /v1/staff/chains``: at most 100 terminals."""

    rows: tuple[ChainRow, ...]


def digest_of(new: NewChain) -> bytes:
    """Return what two people approve: SHA-256 of the new chain's canonical JSON, 32 bytes."""
    return hashlib.sha256(canonical_json(new.model_dump())).digest()


def code_of(new: NewChain) -> str:
    """Return the characters to compare by telephone: the machine prints them, and so does a desk.

    Five groups of five, 125 bits of ``digest_of``.
    """
    return characters(digest_of(new))
