"""Cases, and what the ledger has of the movement behind one."""

from typing import Final
from uuid import UUID

from bank.api.state import Bank
from bank.cases import CaseUnknown
from bank.customers.details import unseal_details
from bank.store.pool import Connection
from protocol.messages.cases import (
    DUE_DAYS,
    CaseAnswer,
    CaseBrief,
    CasesAnswer,
    FindingSeen,
    HoldSeen,
    RequestSeen,
)

MOST_ROWS: Final = 100
_DUE_S: Final = DUE_DAYS * 86_400
_BRIEF: Final = """
select number, kind, terminal, uid, original, amount_minor, currency, reason, text,
    floor(extract(epoch from opened_at))::bigint, floor(extract(epoch from closed_at))::bigint,
    closed_entry
from cases
"""
_LIST: Final = (
    _BRIEF
    + """
where (closed_at is null or %(closed)s) and (terminal = %(terminal)s or %(terminal)s is null)
order by opened_at, number limit %(limit)s
"""
)
_ONE: Final = _BRIEF + " where number = %s"
_REQUESTS: Final = """
select uid, kind, outcome, reason, amount_minor, entry,
    floor(extract(epoch from decided_at))::bigint
from requests
where terminal = %(terminal)s and (uid = any (%(uids)s) or original = any (%(uids)s))
order by decided_at, uid limit 50
"""
_HOLD: Final = """
select a.number, h.amount_minor, s.posted_minor
from holds h join accounts a on a.id = h.account
left join hold_settlements s on s.terminal = h.terminal and s.hold = h.uid
where h.terminal = %s and h.uid = any (%s)
"""
_FINDINGS: Final = """
select f.person, c.version, c.sealed, f.verdict, f.amount_minor, f.account, f.reason,
    floor(extract(epoch from f.found_at))::bigint
from case_findings f left join customers c on c.id = f.person
where f.number = %s order by f.found_at limit 50
"""


async def read_cases(bank: Bank, *, closed: bool, terminal: str | None) -> CasesAnswer:
    """Return up to 100 cases, the oldest first; ``closed``: those too. Errors: StoreUnavailable."""
    asked = {"closed": closed, "terminal": terminal, "limit": MOST_ROWS + 1}
    async with bank.pool.connection() as connection:
        rows = await (await connection.execute(_LIST, asked)).fetchall()
    return CasesAnswer(rows=tuple(map(_brief, rows[:MOST_ROWS])), more=len(rows) > MOST_ROWS)


async def read_case(bank: Bank, number: str) -> CaseAnswer:
    """Return a case with the ledger's side of it.

    Raises:
        CaseUnknown: no case has this number.
        StoreUnavailable: the database did not answer.
    """
    async with bank.pool.connection() as connection:
        row = await (await connection.execute(_ONE, (number,))).fetchone()
        if row is None:
            raise CaseUnknown
        case = _brief(row)
        uids = [UUID(uid) for uid in (case.uid, case.original) if uid]
        asked = {"terminal": case.terminal, "uids": uids}
        requests = await (await connection.execute(_REQUESTS, asked)).fetchall()
        hold = await (await connection.execute(_HOLD, (case.terminal, uids))).fetchone()
        findings = await _findings(bank, connection, number)
    return CaseAnswer(
        case=case,
        requests=tuple(
            RequestSeen(
                uid=uid.hex,
                kind=kind,
                outcome=outcome,
                reason=reason,
                amount_minor=amount_minor,
                entry=entry,
                decided_at=decided_at,
            )
            for uid, kind, outcome, reason, amount_minor, entry, decided_at in requests
        ),
        hold=_hold(hold),
        findings=findings,
    )


def _hold(row: tuple[str, int, int | None] | None) -> HoldSeen | None:
    if row is None:
        return None
    return HoldSeen(account=row[0], amount_minor=row[1], posted_minor=row[2])


async def _findings(bank: Bank, connection: Connection, number: str) -> tuple[FindingSeen, ...]:
    rows = await (await connection.execute(_FINDINGS, (number,))).fetchall()
    return tuple(
        FindingSeen(
            # Staff who have been forgotten keep their number.
            person=unseal_details(bank.keys, person, version, sealed).user_name
            if sealed
            else str(person),
            verdict=verdict,
            amount_minor=amount_minor,
            account=account,
            reason=reason,
            found_at=found_at,
        )
        for person, version, sealed, verdict, amount_minor, account, reason, found_at in rows
    )


def _brief(row: tuple[object, ...]) -> CaseBrief:
    number, kind, terminal, uid, original, amount, currency, reason, text, opened, closed, entry = (
        row
    )
    return CaseBrief.model_validate(
        {
            "number": number,
            "kind": kind,
            "terminal": terminal,
            "uid": _hex(uid),
            "original": _hex(original),
            "amount_minor": amount,
            "currency": currency,
            "reason": reason,
            "text": text,
            "opened_at": opened,
            "due_at": opened + _DUE_S if isinstance(opened, int) else None,
            "closed_at": closed,
            "closed_entry": entry,
        }
    )


def _hex(uid: object) -> str | None:
    return uid.hex if isinstance(uid, UUID) else None
