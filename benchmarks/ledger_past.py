"""A bank with a year behind it: entries, postings, requests and chains, made in bulk.

fsync is on, but rows go into partitions that were emptied in the same transaction and indexes are
made afterwards, which spares PostgreSQL (wal_level minimal) the log of what it writes. Tables are
filled side by side. Signed bytes of the past are shorter than real ones; nothing measured reads
them.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import psycopg

from benchmarks.ledger_load import FUNDS_MINOR, TERMINALS

MONTHS: Final = 12
FAST: Final = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "16GB"}

_WITHOUT: Final = {
    "entries": (
        "ALTER TABLE entries DROP CONSTRAINT entries_pkey",
        "DROP INDEX entries_in_commit_order",
    ),
    "postings": (
        "ALTER TABLE postings DROP CONSTRAINT postings_pkey",
        "DROP INDEX postings_entry_idx",
    ),
    "requests": ("ALTER TABLE requests DROP CONSTRAINT requests_pkey",),
    "chain_links": ("ALTER TABLE chain_links DROP CONSTRAINT chain_links_pkey",),
    "signed_requests": ("ALTER TABLE signed_requests DROP CONSTRAINT signed_requests_pkey",),
}
_INDEXES: Final = {
    "entries": (
        "ALTER TABLE entries ADD PRIMARY KEY (id, day)",
        "CREATE INDEX entries_in_commit_order ON entries (xid, id)",
    ),
    "postings": (
        "ALTER TABLE postings ADD PRIMARY KEY (account, entry, day)",
        "CREATE INDEX ON postings (entry)",
    ),
    "requests": ("ALTER TABLE requests ADD PRIMARY KEY (terminal, uid)",),
    "chain_links": ("ALTER TABLE chain_links ADD PRIMARY KEY (terminal, chain, seq)",),
    "signed_requests": (
        "ALTER TABLE signed_requests ADD PRIMARY KEY (terminal, uid, jws_sha256, day)",
    ),
}
_N: Final = """
SELECT n, start + (n::bigint * 365 / {entries})::int AS day, 'ATM-' || n % {terminals} AS terminal,
    md5('past ' || n)::uuid AS uid, sha256(int8send(n)) AS hash,
    first + (hashint8(n)::bigint + 2147483648) % {accounts} AS payer,
    first + (hashint8(n + 1)::bigint + 2147483649) % {accounts} AS payee
FROM generate_series(1, {entries}) n,
    (SELECT min(id) AS first FROM accounts WHERE kind = 'customer') AS accounts,
    (SELECT (current_date - 365) AS start) AS days
"""
_ROWS: Final = {
    "postings": """
INSERT INTO postings (account, entry, day, amount_minor, balance_minor)
    SELECT account, n, day, sum_minor, {funds} FROM past, LATERAL (
        VALUES (payer, -1::bigint),
               (CASE WHEN payee = payer THEN payee + 1 ELSE payee END, 1::bigint)
    ) AS legs (account, sum_minor)
""",
    "entries": """
INSERT INTO entries (id, day, kind, text, terminal, uid, booked_at)
    SELECT n, day, 'transfer', 'rent', terminal, uid, day + interval '12 h' FROM past
""",
    "requests": """
INSERT INTO requests (terminal, uid, kind, chain, seq, body_hash, amount_minor, currency, outcome,
        entry, entry_day, reference, day, decided_at)
    SELECT terminal, uid, 'transfer', md5(terminal)::uuid, n / {terminals}, hash, 1, 'EUR',
        'posted', n, day, '2345-6789', day, day + interval '12 h' FROM past
""",
    "chain_links": """
INSERT INTO chain_links (terminal, chain, seq, jws_sha256, prev, uid)
    SELECT terminal, md5(terminal)::uuid, n / {terminals}, hash, hash, uid FROM past
""",
    "signed_requests": """
INSERT INTO signed_requests (day, terminal, uid, jws_sha256, jws)
    SELECT day, terminal, uid, hash, encode(hash, 'hex') FROM past
""",
}


def fill_past(owner_url: str, entries: int, accounts: int) -> None:
    """Give a bank that `fill` made a year of `entries` entries between its accounts."""
    first = datetime.now(UTC).date().replace(day=1)
    past = _N.format(entries=entries, terminals=TERMINALS, accounts=accounts)

    def fill(table: str) -> None:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("SET maintenance_work_mem = '1GB'")
            for statement in _WITHOUT[table]:
                owner.execute(statement.encode())
            rows = _ROWS[table].format(terminals=TERMINALS, funds=FUNDS_MINOR)
            with owner.transaction():
                owner.execute(f"TRUNCATE {table}".encode())
                owner.execute(f"WITH past AS ({past}) {rows}".encode())
            for statement in _INDEXES[table]:
                owner.execute(statement.encode())

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "SELECT ledger_open_months((%s - interval '12 months')::date, %s)", [first, MONTHS]
        )
        with ThreadPoolExecutor(os.cpu_count() or 1) as side_by_side:
            list(side_by_side.map(fill, _ROWS))
        owner.execute("SELECT setval('entry_numbers', %s)", [entries])
        owner.execute(
            "INSERT INTO chain_heads SELECT DISTINCT ON (terminal, chain) terminal, chain, seq,"
            " jws_sha256, received_at FROM chain_links ORDER BY terminal, chain, seq DESC"
        )
        owner.execute("VACUUM ANALYZE")
