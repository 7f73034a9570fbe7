"""What is hashed: the same bytes as `ledger_canonical` and `ledger_seal` of migration 0012."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

GENESIS: Final = bytes(32)
"""The head before the first batch."""
LEAF_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry as the chain covers it.

    `day` is YYYY-MM-DD, `booked_at_us` microseconds since 1970 in UTC, `body_hash` hex of the
    request's; `postings` are (account id, amount, balance after it) in minor units, by account.
    """

    id: int
    day: str
    kind: str
    text: str
    terminal: str | None
    uid: str | None
    booked_at_us: int
    body_hash: str | None
    postings: tuple[tuple[int, int, int], ...]


def canonical(entry: EntryFacts) -> bytes:
    """Return a JSON array of texts in UTF-8, without spaces."""
    postings = ",".join(f"{account}:{amount}:{left}" for account, amount, left in entry.postings)
    texts = (
        str(entry.id),
        entry.day,
        entry.kind,
        entry.text,
        entry.terminal,
        entry.uid,
        str(entry.booked_at_us),
        entry.body_hash,
        postings or None,
    )
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def leaf(entry: EntryFacts) -> bytes:
    """Return the 32 bytes that stand for an entry in its batch."""
    return hashlib.sha256(canonical(entry)).digest()


def head(before: bytes, batch: int, first_position: int, leaves: Sequence[bytes]) -> bytes:
    """Return the head of a batch: it covers its leaves, its place and every batch before it."""
    digest = hashlib.sha256(before)
    digest.update(batch.to_bytes(8) + first_position.to_bytes(8))
    for one in leaves:
        digest.update(one)
    return digest.digest()
