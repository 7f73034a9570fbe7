"""Entries beside the chain that was made over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from bank.seal.canonical import GENESIS, LEAF_BYTES, EntryFacts, head, leaf
from bank.seal.verify.findings import Findings

Connection = psycopg.Connection[tuple[Any, ...]]

_SEALS: Final = """
SELECT batch, first_position, entries, leaves, head, last_xid::text::bigint, last_entry
FROM seals ORDER BY batch
"""
_ENTRIES: Final = """
SELECT e.xid::text::bigint, e.id, to_char(e.day, 'YYYY-MM-DD'), e.kind, e.text, e.terminal,
    e.uid::text, (extract(epoch FROM e.booked_at) * 1000000)::bigint,
    (SELECT encode(r.body_hash, 'hex') FROM requests r
        WHERE r.terminal = e.terminal AND r.uid = e.uid),
    (SELECT string_agg(concat_ws(':', p.account, p.amount_minor, p.balance_minor), ','
            ORDER BY p.account)
        FROM postings p WHERE p.entry = e.id AND p.day = e.day)
FROM entries e ORDER BY e.xid, e.id
"""
AT_ONCE: Final = 1000

Placed = tuple[int, EntryFacts]
"""An entry and the number of the transaction that wrote it."""


@dataclass
class Chain:
    """How far the chain reaches."""

    batches: int = 0
    sealed: int = 0
    """Entries the chain names."""
    unsealed: int = 0
    """Entries after its end."""
    first_unsealed: int | None = None


def check_chain(connection: Connection, findings: Findings) -> Chain:
    """Compare every entry with its leaf, and every head with the one before.

    Errors: psycopg.Error.
    """
    reached = Chain()
    entries = _Window(_entries(connection))
    before = GENESIS
    with connection.cursor(name="seals") as cursor:
        cursor.itersize = 20  # a row may name 5,000 entries
        for batch, first, ids, leaves, digest, last_xid, last_entry in cursor.execute(_SEALS):
            parts = [leaves[n : n + LEAF_BYTES] for n in range(0, len(leaves), LEAF_BYTES)]
            whole = batch == reached.batches + 1 and first == reached.sealed + 1
            if not whole or len(parts) != len(ids):
                findings.add("broken", f"batch {batch} does not follow batch {reached.batches}")
            elif head(before, batch, first, parts) != digest:
                findings.add("broken", f"the head of batch {batch} is not of its entries")
            there = list(entries.until((last_xid, last_entry)))
            _compare(batch, ids, parts, there, findings)
            before, reached.batches = bytes(digest), batch
            reached.sealed = first + len(ids) - 1
    for _, entry in entries.rest():
        _sums_to_zero(entry, findings)
        reached.unsealed += 1
        reached.first_unsealed = reached.first_unsealed or entry.id
    return reached


def _compare(
    batch: int, ids: list[int], parts: list[bytes], there: list[Placed], findings: Findings
) -> None:
    sealed = dict(zip(ids, parts, strict=False))
    found = {entry.id for _, entry in there}
    for entry_id in ids:
        if entry_id not in found:
            findings.add("missing", f"entry {entry_id} of batch {batch}")
    for _, entry in there:
        _sums_to_zero(entry, findings)
        if entry.id not in sealed:
            findings.add("inserted", f"entry {entry.id} at batch {batch}")
        elif leaf(entry) != sealed[entry.id]:
            findings.add("changed", f"entry {entry.id} of batch {batch}")
    stand = [entry.id for _, entry in there if entry.id in sealed]
    if stand != [entry_id for entry_id in ids if entry_id in found]:
        findings.add("reordered", f"the entries of batch {batch}")


def _sums_to_zero(entry: EntryFacts, findings: Findings) -> None:
    amounts = [amount for _, amount, _ in entry.postings]
    if len(amounts) != 2 or sum(amounts) != 0:
        findings.add("wrong_sum", f"the postings of entry {entry.id}")


class _Window:
    """A stream of entries in the order of the chain, taken up to a place at a time."""

    def __init__(self, stream: Iterator[Placed]) -> None:
        self._stream = stream
        self._next = next(stream, None)

    def until(self, last: tuple[int, int]) -> Iterator[Placed]:
        """Yield the entries up to (transaction, entry) `last`."""
        while self._next is not None and (self._next[0], self._next[1].id) <= last:
            yield self._next
            self._next = next(self._stream, None)

    def rest(self) -> Iterator[Placed]:
        """Yield what is left."""
        while self._next is not None:
            yield self._next
            self._next = next(self._stream, None)


def _entries(connection: Connection) -> Iterator[Placed]:
    with connection.cursor(name="entries") as cursor:
        cursor.itersize = AT_ONCE
        for row in cursor.execute(_ENTRIES):
            xid, number, day, kind, text, terminal, uid, booked_at_us, hashed, postings = row
            legs = _postings(postings)
            yield (
                xid,
                EntryFacts(number, day, kind, text, terminal, uid, booked_at_us, hashed, legs),
            )


def _postings(text: str | None) -> tuple[tuple[int, int, int], ...]:
    found = []
    for posting in text.split(",") if text else ():
        account, amount, left = posting.split(":")
        found.append((int(account), int(amount), int(left)))
    return tuple(found)
