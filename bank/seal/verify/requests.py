"""Every signed request, on several processors."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.seal.verify.chain import Connection
from bank.seal.verify.findings import Findings
from bank.seal.verify.signed import Certificates, Finding, SignedRow, check_signed

_CERTIFICATES: Final = "SELECT terminal, sha256, der FROM terminal_certificates"
_ROWS: Final = """
SELECT s.terminal, s.uid::text, s.jws_sha256, s.jws, r.kind, r.amount_minor, r.currency,
    r.original::text, r.outcome, r.body_hash,
    CASE WHEN r.entry_day IS NULL THEN NULL ELSE
        (SELECT string_agg(concat_ws(':', p.amount_minor, a.number), ',')
            FROM postings p JOIN accounts a ON a.id = p.account
            WHERE p.entry = r.entry AND p.day = r.entry_day) END,
    CASE WHEN r.kind = 'confirm' THEN
        (SELECT a.number FROM holds h JOIN accounts a ON a.id = h.account
            WHERE h.terminal = r.terminal AND h.uid = r.original) END,
    r.kind = 'confirm' AND r.outcome = 'posted' AND r.entry_day IS NULL AND EXISTS (
        SELECT 1 FROM hold_settlements z WHERE z.terminal = r.terminal AND z.hold = r.original
            AND z.settled_by <> r.uid AND z.posted_minor = r.amount_minor)
FROM signed_requests s
LEFT JOIN LATERAL (SELECT * FROM requests q WHERE q.terminal = s.terminal AND q.uid = s.uid) r
    ON true
"""
_WITHOUT: Final = """
SELECT r.terminal, r.uid::text FROM requests r
WHERE NOT EXISTS (SELECT 1 FROM signed_requests s WHERE s.terminal = r.terminal AND s.uid = r.uid
    AND (s.jws_sha256 = r.body_hash OR r.kind = 'reversal'))
"""
AT_ONCE: Final = 500

_Ders = dict[tuple[str, bytes], bytes]


def check_requests(connection: Connection, findings: Findings, processes: int) -> int:
    """Check every signature and every decision against what was signed; return how many.

    With one process the work is done here. Errors: psycopg.Error.
    """
    with connection.cursor(name="without") as cursor:
        for terminal, uid in cursor.execute(_WITHOUT):
            findings.add("unsigned", f"{uid} of {terminal}: a decision without its signed request")
    ders = {
        (terminal, bytes(sha256)): bytes(der)
        for terminal, sha256, der in connection.execute(_CERTIFICATES).fetchall()
    }
    count = 0
    with connection.cursor(name="signed") as cursor:
        cursor.itersize = AT_ONCE
        rows = map(_row, cursor.execute(_ROWS))
        chunks = iter(lambda: list(islice(rows, AT_ONCE)), [])
        for size, found in _checked(chunks, ders, processes):
            count += size
            for kind, what in found:
                findings.add(kind, what)
    return count


def _checked(
    chunks: Iterator[list[SignedRow]], ders: _Ders, processes: int
) -> Iterator[tuple[int, list[Finding]]]:
    if processes <= 1:
        for chunk in chunks:
            yield len(chunk), _check(chunk, _of(chunk, ders))
        return
    # Not forked: this process holds a connection and perhaps threads.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting: deque[tuple[int, Future[list[Finding]]]] = deque()
        for chunk in chunks:
            waiting.append((len(chunk), pool.submit(_check, chunk, _of(chunk, ders))))
            if len(waiting) > 4 * processes:
                size, done = waiting.popleft()
                yield size, done.result()
        for size, done in waiting:
            yield size, done.result()


def _of(rows: list[SignedRow], ders: _Ders) -> _Ders:
    """The certificates of the terminals in `rows`: what a process has to be given with them."""
    terminals = {row.terminal for row in rows}
    return {place: der for place, der in ders.items() if place[0] in terminals}


def _check(rows: list[SignedRow], ders: _Ders) -> list[Finding]:
    certificates = _keys(ders)
    return [finding for row in rows for finding in check_signed(row, certificates)]


def _keys(ders: _Ders) -> Certificates:
    keys: dict[tuple[str, bytes], EllipticCurvePublicKey] = {}
    for place, der in ders.items():
        key = x509.load_der_x509_certificate(der).public_key()
        if isinstance(key, EllipticCurvePublicKey):
            keys[place] = key
    return keys


def _row(values: tuple[Any, ...]) -> SignedRow:
    terminal, uid, jws_sha256, jws, *decision, body, legs, hold_of, again = values
    kind, amount_minor, currency, original, outcome = decision
    return SignedRow(
        terminal=terminal,
        uid=uid,
        jws_sha256=bytes(jws_sha256),
        jws=jws,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        original=original,
        outcome=outcome,
        body_hash=None if body is None else bytes(body),
        legs=_legs(legs),
        hold_of=hold_of,
        again=bool(again),
    )


def _legs(text: str | None) -> tuple[tuple[str | None, int], ...]:
    found = []
    for leg in text.split(",") if text else ():
        amount, _, number = leg.partition(":")
        found.append((number or None, int(amount)))
    return tuple(found)
