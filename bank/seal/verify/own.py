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
    CASE e.kind WHEN 'opening_load' THEN e.text ELSE a.number END, a.currency, p.amount_minor
FROM entries e
LEFT JOIN staff_acts s ON s.uid = uuid_send(e.uid)
LEFT JOIN bank_signatures b ON b.entry = e.id
LEFT JOIN postings p ON p.entry = e.id AND p.day = e.day AND p.amount_minor > 0
LEFT JOIN accounts a ON a.id = p.account
WHERE e.terminal IS NULL
"""


def check_own_entries(
    connection: Connection, keys: Iterable[EllipticCurvePublicKey], findings: Findings
) -> int:
    """Compare each with what was signed; return how many there are. Errors: psycopg.Error."""
    trusted, count = tuple(keys), 0
    with connection.cursor(name="own") as cursor:
        for entry, kind, text, record, act, number, currency, amount_minor in cursor.execute(
            _ENTRIES
        ):
            count += 1
            where = f"entry {entry}, the bank's own {kind}"
            if kind == "correction" and act is not None:
                if not _asks_for(bytes(act), text, amount_minor):
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
