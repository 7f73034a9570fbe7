"""What staff do with terminals: four eyes give a certificate, two take it away."""

import hashlib
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding

from bank.ca.authority import Authority
from bank.ca.leaves import issue_terminal
from bank.enrolment.requests import read_kept_request
from bank.staff.four_eyes import approve
from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.encoding import b64url_decode, canonical_json
from protocol.messages.enrolment import TerminalFinding
from protocol.signing import key_id

TERMINAL_ACTS: Final = frozenset(
    {"enrol_terminal", "refuse_terminal", "deny_terminal", "release_terminal", "deny_certificate"}
)
Done = Literal["done", "waiting"]
Refusal = Literal["unknown", "same_person", "differs", "not_issuer"]

_WAITING: Final = """
select request, terminal, kind, clock_timestamp() from enrolments
where key_sha256 = %s and refused_at is null and asked_at > clock_timestamp() - interval '24 hours'
"""
_DENIED: Final = "select exists (select from terminals where id = %s and status = 'denied')"
_RELEASE: Final = "select enrolment_release(%s, %s, %s, %s, %s)"
_REFUSE: Final = "select enrolment_refuse(%s)"
_SET: Final = "select terminal_set_status(%s, %s)"
_DENY: Final = "select certificate_deny(%s, %s)"


def names_all(what: str, finding: TerminalFinding) -> bool:
    """Whether a finding names what one of `TERMINAL_ACTS` needs, and no more."""
    named = {name for name in ("kind", "key", "certificate") if getattr(finding, name) is not None}
    needed = {
        "enrol_terminal": {"kind", "key"},
        "refuse_terminal": {"kind", "key"},
        "deny_certificate": {"certificate"},
    }
    return named == needed.get(what, set())


async def carry_out(
    connection: Connection,
    issuer: Authority | None,
    what: str,
    finding: TerminalFinding,
    *,
    currency: str,
    act: str,
    person: UUID,
) -> Done | Refusal:
    """Do one of `TERMINAL_ACTS` in the transaction of the act of uid `act`.

    Enrolling and releasing wait for a second person; refusing and denying are done at once, for
    they must be quick and hurt nobody's money.

    Errors: psycopg.Error.
    """
    if what == "enrol_terminal":
        return await _enrol(connection, issuer, finding, currency, act, person)
    if what == "release_terminal":
        (denied,) = await one_row(await connection.execute(_DENIED, (finding.terminal,)))
        if not denied:
            return "unknown"
        asked = await _asked(connection, "release_terminal", finding.terminal, finding, act, person)
        if asked != "done":
            return asked
        return await _did(connection, _SET, finding.terminal, "active")
    if what == "refuse_terminal":
        return await _did(connection, _REFUSE, b64url_decode(finding.key or ""))
    if what == "deny_terminal":
        return await _did(connection, _SET, finding.terminal, "denied")
    certificate = b64url_decode(finding.certificate or "")
    return await _did(connection, _DENY, finding.terminal, certificate)


async def _enrol(
    connection: Connection,
    issuer: Authority | None,
    finding: TerminalFinding,
    currency: str,
    act: str,
    person: UUID,
) -> Done | Refusal:
    if issuer is None:
        return "not_issuer"
    key = b64url_decode(finding.key or "")
    row = await (await connection.execute(_WAITING, (key,))).fetchone()
    if row is None or row[1:3] != (finding.terminal, finding.kind):
        return "unknown"
    asked = await _asked(connection, "enrol_terminal", key.hex(), finding, act, person)
    if asked != "done":
        return asked
    request = read_kept_request(bytes(row[0]))
    leaf = issue_terminal(issuer, request.terminal, request.key, row[3])
    der = leaf.public_bytes(Encoding.DER)
    return await _did(
        connection, _RELEASE, key, key_id(der), der, leaf.not_valid_after_utc, currency
    )


async def _asked(
    connection: Connection,
    kind: str,
    subject: str,
    finding: TerminalFinding,
    act: str,
    person: UUID,
) -> Done | Literal["same_person", "differs"]:
    digest = hashlib.sha256(canonical_json(finding.model_dump(exclude_none=True))).digest()
    return await approve(
        connection, kind=kind, subject=subject, digest=digest, act=act, person=person
    )


async def _did(connection: Connection, statement: str, *values: object) -> Done | Refusal:
    (done,) = await one_row(await connection.execute(statement, values))
    return "done" if done else "unknown"
