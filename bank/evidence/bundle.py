"""What is handed out about one movement. Bytes are base64url, as in every message."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from bank.evidence.errors import NoBundle
from protocol.encoding import load_json
from protocol.errors import BadEncoding
from protocol.messages.fields import Bytes16, Bytes32, Element, Message, Proof, TerminalId, Token

MAX_BUNDLE_BYTES: Final = 16 * 1024 * 1024
MOST_BATCHES: Final = 50
"""Between an entry's batch and the next published head: a bank publishes every second or so."""

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=40_000)]


class KeptProof(Message):
    """A PIN proof, with the point it was checked against when it was made (PIN.md 3)."""

    realm: str
    account: Bytes16
    verifier: Element
    """The customer's public point Y."""
    terminal_cert: Bytes32
    token: Token
    proof: Proof


class KeptDecision(Message):
    """The fields of the stored decision that the order is held against."""

    kind: str
    amount_minor: int
    currency: str
    original: str | None
    outcome: str
    reason: str | None
    body_hash: Bytes32
    decided_at: int
    hold_of: str | None
    """The number of the account a confirm's hold was on."""
    again: bool
    """Whether a payout was reported that had been posted before."""


class KeptPosting(Message):
    """One leg of an entry; ``number`` is the account's for people, None for the bank's own."""

    account: int
    number: str | None
    amount_minor: int
    balance_minor: int


class KeptEntry(Message):
    """The entry as the chain covers it (``bank.seal.canonical``), and its place in its batch."""

    id: int
    day: str
    kind: str
    text: str
    booked_at_us: int
    postings: tuple[KeptPosting, ...]
    place: int | None
    """Which leaf of the first of ``batches`` it is, from 0; None: not sealed yet."""


class KeptBatch(Message):
    """A batch of the chain: everything its head is made of."""

    batch: int
    first_position: int
    leaves: tuple[Hex, ...] = Field(max_length=10_000)
    head: Hex


class Bundle(Message):
    """Evidence of one movement."""

    v: Literal[1] = 1
    terminal: TerminalId
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    jws: Text
    """The terminal's complete signed bytes."""
    certificates: tuple[Text, ...]
    """DER: the terminal's own, and the issuer's above it if this server has it."""
    proof: KeptProof | None
    decision: KeptDecision
    entry: KeptEntry | None
    before: Hex | None
    """The head before the first of ``batches``."""
    batches: tuple[KeptBatch, ...] = Field(max_length=MOST_BATCHES)
    """From the entry's to the one whose head was published."""
    published: Text | None
    """The published head of the last of ``batches``, a signed record."""


def read_bundle(data: bytes) -> Bundle:
    """Return the bundle in a file. Errors: NoBundle."""
    try:
        load_json(data, MAX_BUNDLE_BYTES)
        return Bundle.model_validate_json(data)
    except (BadEncoding, ValidationError) as error:
        raise NoBundle("This is no bundle of evidence: a member is missing or wrong.") from error
