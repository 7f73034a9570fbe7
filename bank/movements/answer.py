"""The answer's bytes, rebuilt from the stored fields.

A replay must give the same bytes for ever, so a function here is never changed once it has
answered anyone: a new shape is a new version, and each row names the version it was first
answered with.
"""

from collections.abc import Callable
from typing import Final

from bank.ledger.statement import Stored
from protocol.encoding import canonical_json


def answer_bytes(stored: Stored) -> bytes:
    """Return the JSON of the stored decision. Errors: KeyError for a version we do not know."""
    return _VERSIONS[stored.answer_version](stored)


def _version_1(stored: Stored) -> bytes:
    # The members of protocol.messages.money.Outcome; a test holds the two together.
    return canonical_json(
        {
            "v": 1,
            "uid": stored.uid.hex,
            "kind": stored.kind,
            "outcome": stored.outcome,
            "reason": stored.reason,
            "amount_minor": stored.amount_minor,
            "currency": stored.currency,
            "original": stored.original.hex if stored.original else None,
            "original_outcome": stored.original_outcome,
            "original_reason": stored.original_reason,
            "entry": stored.entry,
            "reference": stored.reference,
            "case": stored.case_number,
            "decided_at": int(stored.decided_at.timestamp()),
        }
    )


_VERSIONS: Final[dict[int, Callable[[Stored], bytes]]] = {1: _version_1}
