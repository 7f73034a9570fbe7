"""From the database and the published heads to a bundle."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.evidence.bundle import (
    MOST_BATCHES,
    Bundle,
    KeptBatch,
    KeptDecision,
    KeptEntry,
    KeptPosting,
    KeptProof,
)
from bank.evidence.errors import NoSuchMovement
from bank.seal.canonical import GENESIS, LEAF_BYTES
from bank.seal.heads import BadHead, published, read_head
from bank.seal.verify.chain import Connection
from protocol.encoding import b64url_encode
from protocol.signing import read_request

_REQUEST: Final = """
SELECT s.jws, r.kind, r.amount_minor, r.currency, r.original::text, r.outcome, r.reason,
    r.body_hash, floor(extract(epoch FROM r.decided_at))::bigint, r.entry, r.entry_day,
    (SELECT a.number FROM holds h JOIN accounts a ON a.id = h.account
        WHERE r.kind = 'confirm' AND h.terminal = r.terminal AND h.uid = r.original),
    r.kind = 'confirm' AND r.outcome = 'posted' AND r.entry_day IS NULL AND EXISTS (
        SELECT 1 FROM hold_settlements z WHERE z.terminal = r.terminal AND z.hold = r.original
            AND z.settled_by <> r.uid AND z.posted_minor = r.amount_minor)
FROM requests r JOIN signed_requests s ON s.terminal = r.terminal AND s.uid = r.uid
    AND (s.jws_sha256 = r.body_hash OR r.kind = 'reversal')
WHERE r.terminal = %s AND r.uid = %s ORDER BY s.jws_sha256 LIMIT 1
"""
_CERTIFICATE: Final = "SELECT der FROM terminal_certificates WHERE terminal = %s AND sha256 = %s"
_PROOF: Final = """
SELECT realm, account, verifier, terminal_cert, token, proof FROM movement_proofs
WHERE terminal = %s AND uid = %s
"""
_ENTRY: Final = """
SELECT to_char(day, 'YYYY-MM-DD'), kind, text, (extract(epoch FROM booked_at) * 1000000)::bigint,
    xid, id FROM entries WHERE id = %s AND day = %s
"""
_POSTINGS: Final = """
SELECT p.account, a.number, p.amount_minor, p.balance_minor FROM postings p
JOIN accounts a ON a.id = p.account WHERE p.entry = %s AND p.day = %s ORDER BY p.account
"""
_BATCH: Final = """
SELECT batch FROM seals WHERE (last_xid, last_entry) >= (%s::xid8, %s) ORDER BY batch LIMIT 1
"""
_BATCHES: Final = """
SELECT batch, first_position, entries, leaves, head FROM seals WHERE batch BETWEEN %s AND %s
ORDER BY batch
"""
_HEAD: Final = "SELECT head FROM seals WHERE batch = %s"


def gather(
    connection: Connection,
    terminal: str,
    uid: UUID,
    *,
    issuers: Sequence[bytes],
    key: EllipticCurvePublicKey,
    heads: Sequence[Path],
) -> Bundle:
    """Return all there is about a movement. `issuers`: DER of what signs terminals' certificates.

    Raises:
        NoSuchMovement: the bank has no such request.
        OSError, psycopg.Error: nothing could be said.
    """
    row = connection.execute(_REQUEST, [terminal, uid]).fetchone()
    if row is None:
        raise NoSuchMovement(f"The bank has no request {uid.hex} of {terminal}.")
    jws, kind, amount, currency, original, outcome, reason, body, at, entry, day, hold_of, again = (
        row
    )
    kid = read_request(jws.encode("ascii")).kid
    leaf = connection.execute(_CERTIFICATE, [terminal, kid]).fetchone()
    kept, before, batches, record = _sealed(connection, entry, day, key, heads)
    return Bundle(
        terminal=terminal,
        uid=uid.hex,
        jws=jws,
        certificates=tuple(
            b64url_encode(bytes(der)) for der in ([leaf[0]] if leaf else []) + list(issuers)
        ),
        proof=_proof(connection, terminal, uid),
        decision=KeptDecision(
            kind=kind,
            amount_minor=amount,
            currency=currency,
            original=UUID(original).hex if original else None,
            outcome=outcome,
            reason=reason,
            body_hash=b64url_encode(bytes(body)),
            decided_at=at,
            hold_of=hold_of,
            again=bool(again),
        ),
        entry=kept,
        before=before,
        batches=batches,
        published=record,
    )


def _proof(connection: Connection, terminal: str, uid: UUID) -> KeptProof | None:
    row = connection.execute(_PROOF, [terminal, uid]).fetchone()
    if row is None:
        return None
    names = ("account", "verifier", "terminal_cert", "token", "proof")
    values = {name: b64url_encode(bytes(value)) for name, value in zip(names, row[1:], strict=True)}
    return KeptProof.model_validate({"realm": row[0]} | values)


def _sealed(
    connection: Connection,
    entry: int | None,
    day: Any,
    key: EllipticCurvePublicKey,
    heads: Sequence[Path],
) -> tuple[KeptEntry | None, str | None, tuple[KeptBatch, ...], str | None]:
    row = connection.execute(_ENTRY, [entry, day]).fetchone() if entry is not None else None
    if row is None or entry is None:
        return None, None, (), None
    written_day, kind, text, booked_at_us, xid, _ = row
    found = connection.execute(_BATCH, [str(xid), entry]).fetchone()
    batches: tuple[KeptBatch, ...] = ()
    place, before, record = None, None, None
    if found is not None:
        first = int(found[0])
        last, record = _published(key, heads, first)
        rows = connection.execute(_BATCHES, [first, last]).fetchall()
        ids = list(rows[0][2])
        place = ids.index(entry) if entry in ids else None
        batches = tuple(_batch(*each) for each in rows)
        head = connection.execute(_HEAD, [first - 1]).fetchone()
        before = (GENESIS if head is None else bytes(head[0])).hex()
    postings = tuple(
        KeptPosting(account=account, number=number, amount_minor=amount, balance_minor=balance)
        for account, number, amount, balance in connection.execute(_POSTINGS, [entry, day])
    )
    kept = KeptEntry(
        id=entry,
        day=written_day,
        kind=kind,
        text=text,
        booked_at_us=booked_at_us,
        postings=postings,
        place=place,
    )
    return kept, before, batches, record


def _batch(
    number: int, first_position: int, _entries: object, leaves: bytes, head: bytes
) -> KeptBatch:
    data = bytes(leaves)
    return KeptBatch(
        batch=number,
        first_position=first_position,
        leaves=tuple(data[at : at + LEAF_BYTES].hex() for at in range(0, len(data), LEAF_BYTES)),
        head=bytes(head).hex(),
    )


def _published(
    key: EllipticCurvePublicKey, files: Sequence[Path], batch: int
) -> tuple[int, str | None]:
    """Return the first published head from `batch` on: its batch and record."""
    best: tuple[int, str | None] = (batch, None)
    for file in files:
        for record in published(file):
            try:
                head = read_head(key, record)
            except BadHead:
                continue
            near = batch <= head.batch < batch + MOST_BATCHES
            if near and (best[1] is None or head.batch < best[0]):
                best = (head.batch, record)
    return best
