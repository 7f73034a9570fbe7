"""Sums that must agree: balances with postings, holds with what is held, settlements with advices.

Each is a query of its own that gives the rows that are wrong, and none where all is well.
"""

from typing import Final

from bank.seal.verify.chain import Connection
from bank.seal.verify.findings import Findings

_QUERIES: Final = {
    "account {} shows a balance that its postings do not give": """
        SELECT a.id FROM accounts a LEFT JOIN (
            SELECT account, sum(amount_minor) AS booked FROM postings GROUP BY account
        ) p ON p.account = a.id WHERE a.booked_minor <> coalesce(p.booked, 0)
    """,
    "account {} shows another sum of holds than it has": """
        SELECT a.id FROM accounts a LEFT JOIN (
            SELECT h.account, sum(h.amount_minor) AS held FROM holds h
            LEFT JOIN hold_settlements s ON s.terminal = h.terminal AND s.hold = h.uid
            WHERE s.hold IS NULL GROUP BY h.account
        ) o ON o.account = a.id WHERE a.held_minor <> coalesce(o.held, 0)
    """,
    "account {} has less than nothing": """
        SELECT id FROM accounts WHERE kind = 'customer' AND booked_minor < held_minor
    """,
    "the balance after entry {} does not follow from the one before": """
        SELECT entry FROM (
            SELECT entry, balance_minor,
                   sum(amount_minor) OVER (PARTITION BY account ORDER BY entry) AS running
            FROM postings
        ) p WHERE balance_minor <> running
    """,
    "a posting names entry {}, which is not there": """
        SELECT p.entry FROM postings p
        WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = p.entry AND e.day = p.day)
    """,
    "entry {} belongs to no decision": """
        SELECT e.id FROM entries e WHERE e.terminal IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM requests r WHERE r.terminal = e.terminal AND r.uid = e.uid
                AND r.entry = e.id AND r.entry_day = e.day)
    """,
    "the hold {} was settled for another sum than its advice names": """
        SELECT s.hold FROM hold_settlements s
        LEFT JOIN requests r ON r.terminal = s.terminal AND r.uid = s.settled_by
        WHERE s.posted_minor IS DISTINCT FROM
            CASE r.kind WHEN 'confirm' THEN r.amount_minor WHEN 'reversal' THEN 0 END
        AND NOT (r.uid IS NULL
            AND EXISTS (SELECT 1 FROM staff_acts a WHERE a.uid = uuid_send(s.settled_by)))
    """,
    "the hold {} is not what was authorised": """
        SELECT h.uid FROM holds h
        LEFT JOIN requests r ON r.terminal = h.terminal AND r.uid = h.uid
        WHERE (r.kind, r.outcome, r.amount_minor)
            IS DISTINCT FROM ('authorise', 'held', h.amount_minor)
    """,
    "the authorisation {} has no hold": """
        SELECT r.uid FROM requests r LEFT JOIN holds h ON h.terminal = r.terminal AND h.uid = r.uid
        WHERE r.kind = 'authorise' AND r.outcome = 'held' AND h.uid IS NULL
    """,
}


def check_sums(connection: Connection, findings: Findings) -> None:
    """Run every query. Errors: psycopg.Error."""
    for number, (words, query) in enumerate(_QUERIES.items()):
        with connection.cursor(name=f"sums_{number}") as cursor:
            for (what,) in cursor.execute(query):
                findings.add("wrong_sum", words.format(what))
