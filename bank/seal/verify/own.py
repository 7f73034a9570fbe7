"""The bank's own entries: what a server signed to open with, corrections that staff decided."""

from collections.abc import Iterable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.keys import RecordRefused
from bank.keys.records import read_signed
from bank.ledger.accounts import OWN_ENTRY, own_entry
from bank.seal.verify.chain import Connection
from bank.seal.verify.findings import Findings
from protocol.encoding import load_json
from protocol.errors import BadEncoding

_ENTRIES: Final = """
SELECT e.id, e.kind, e.text, b.record, s.act,
    CASE e.kind WHEN 'opening_load' THEN e.text ELSE a.number END, a.currency, p.amount_minor,
    count(*) OVER (PARTITION BY coalesce(b.record, e.uid::text, e.id::text)),
    CASE WHEN s.uid IS NOT NULL THEN (
        SELECT count(DISTINCT f.person) FROM case_findings f
        JOIN staff_acts t ON t.uid = uuid_send(f.act) AND t.actor = f.person
        WHERE f.number = e.text AND f.amount_minor = p.amount_minor) END
FROM entries e
LEFT JOIN staff_acts s ON s.uid = uuid_send(e.uid)
LEFT JOIN bank_signatures b ON b.entry = e.id
LEFT JOIN postings p ON p.entry = e.id AND p.day = e.day AND p.amount_minor > 0
LEFT JOIN accounts a ON a.id = p.account
WHERE e.terminal IS NULL
"""


PEOPLE: Final = 2
"""Who must have found the same, each in an act of their own, before a case is put right."""


def check_own_entries(
    connection: Connection, keys: Iterable[EllipticCurvePublicKey], findings: Findings
) -> int:
    """Compare each with what was signed; return how many there are. Errors: psycopg.Error."""
    trusted, count = tuple(keys), 0
    with connection.cursor(name="own") as cursor:
        for row in cursor.execute(_ENTRIES):
            entry, kind, text, record, act, number, currency, amount_minor, entries, people = row
            count += 1
            where = f"entry {entry}, the bank's own {kind}"
            if entries > 1:
                # Signed or decided once, and booked again with the same words.
                findings.add("wrong_decision", f"{where}: one of {entries} for one decision")
            if kind == "correction" and act is not None:
                if not _asks_for(bytes(act), text, amount_minor) or people < PEOPLE:
                    findings.add("wrong_decision", where)
            elif record is None:
                findings.add("unsigned", where)
            else:
                wanted = own_entry(kind, number, currency, amount_minor)
                if _statement(trusted, record) != wanted:
                    findings.add("bad_signature", where)
    return count


def _asks_for(act: bytes, case: str, amount_minor: int) -> bool:
    """Whether a staff's act, kept with its PIN proof, is about this case and sum."""
    try:
        found = load_json(act)["case"]
        return bool((found["number"], found["amount_minor"]) == (case, amount_minor))
    except (BadEncoding, KeyError, TypeError):
        return False


def _statement(keys: tuple[EllipticCurvePublicKey, ...], record: str) -> dict[str, Any] | None:
    for key in keys:
        try:
            return read_signed(key, OWN_ENTRY, record.encode("utf-8"))
        except RecordRefused:
            continue
    return None
