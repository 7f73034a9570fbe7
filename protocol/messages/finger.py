"""Factor 1: who stands there, by finger or by number.

``POST /v1/identify`` and ``POST /v1/lookup`` answer in the same shape, with nothing that tells a
score, a name or whether a number exists (PIN.md 1).
"""

from protocol.messages.fields import (
    Bytes16,
    CustomerNumber,
    Message,
    Record,
    Seconds,
    TemplateText,
)


class IdentifyRequest(Message):
    """A probe template; ``number`` narrows the search to one customer (1:1)."""

    template: TemplateText
    number: CustomerNumber | None = None


class LookupRequest(Message):
    """The way in without a finger."""

    number: CustomerNumber


class Factor1Answer(Message):
    """The credential to prove a PIN for, and the signed record of how it was found.

    ``factor1`` of the proof is SHA-256 of the bytes of ``record``. The record is single-use and
    good until ``expires_at``.
    """

    account: Bytes16
    record: Record
    expires_at: Seconds
