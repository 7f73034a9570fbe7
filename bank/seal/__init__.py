"""The chain over the ledger's entries, and heads that leave the database (MONEY.md 6).

canonical.py   pure: an entry's canonical bytes, its leaf, and the head over a batch of leaves
heads.py       heads as records signed by a server, and the file they are published in
sealer.py      the loop in each server: one of them seals, all of them publish
verify/        `bank verify`: chain, heads, signatures and sums, streamed

A batch is sealed by the database in one statement (`bank/store/migrations/sql/0005`), from the
same bytes that `canonical.py` gives. Whoever owns the database can rebuild the whole chain, but not
the heads that were published: those are signed by the key set's record key, which no database has.

What it does not cover: holds and refusals are no entries. They stand in the signed requests, whose
signatures `bank verify` checks, but one that is deleted with all its traces is not missed.
"""
