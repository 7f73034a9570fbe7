"""Who waits for a certificate, and how long those of the terminals are good."""

from typing import Any, Final
from uuid import UUID

from bank.api.state import Bank
from bank.staff.four_eyes import asked
from bank.store.pool import Connection
from protocol.encoding import b64url_encode
from protocol.messages.enrolment import CertificateRow, EnrolmentRow, TerminalRow, TerminalsAnswer

MOST_TERMINALS: Final = 200
MOST_CERTIFICATES: Final = 5

_WAITING: Final = """
select e.key_sha256, e.terminal, e.kind, t.id is not null, e.address,
    floor(extract(epoch from e.asked_at))::bigint, floor(extract(epoch from e.heard_at))::bigint
from enrolments e left join terminals t on t.id = e.terminal
where e.refused_at is null and e.asked_at > clock_timestamp() - interval '24 hours'
order by e.asked_at, e.key_sha256
"""
_TERMINALS: Final = """
select id, kind, status,
    (four_eyes_asked('release_terminal', id, interval '24 hours')).id is not null
from terminals order by id limit %s
"""
_CERTIFICATES: Final = """
select c.terminal, c.sha256, floor(extract(epoch from c.issued_at))::bigint,
    floor(extract(epoch from c.not_after))::bigint,
    case when c.denied_at is not null then 'denied'
         when c.not_after < clock_timestamp() then 'over' else 'good' end
from unnest(%s::text[]) as wanted (id) cross join lateral (
    select * from terminal_certificates where terminal = wanted.id
    order by not_after desc, sha256 limit %s) c
"""


async def read_terminals(bank: Bank, person: UUID) -> TerminalsAnswer:
    """Return what waits and what there is, as `person` sees it. Errors: StoreUnavailable."""
    async with bank.pool.connection() as connection:
        waiting = await (await connection.execute(_WAITING)).fetchall()
        rows = await (await connection.execute(_TERMINALS, (MOST_TERMINALS + 1,))).fetchall()
        shown = rows[:MOST_TERMINALS]
        values = ([row[0] for row in shown], MOST_CERTIFICATES)
        found = await (await connection.execute(_CERTIFICATES, values)).fetchall()
        certificates: dict[str, list[CertificateRow]] = {}
        for terminal, sha256, issued_at, not_after, state in found:
            certificates.setdefault(terminal, []).append(
                CertificateRow(
                    sha256=b64url_encode(sha256),
                    issued_at=issued_at,
                    not_after=not_after,
                    state=state,
                )
            )
        return TerminalsAnswer(
            waiting=tuple([await _waiting(connection, row, person) for row in waiting]),
            terminals=tuple(
                TerminalRow(
                    terminal=terminal,
                    kind=kind,
                    status=status,
                    certificates=tuple(certificates.get(terminal, ())),
                    release_asked=release_asked,
                )
                for terminal, kind, status, release_asked in shown
            ),
            more=len(rows) > MOST_TERMINALS,
        )


async def _waiting(connection: Connection, row: tuple[Any, ...], person: UUID) -> EnrolmentRow:
    key, terminal, kind, known, address, asked_at, heard_at = row
    first = await asked(connection, kind="enrol_terminal", subject=key.hex())
    return EnrolmentRow(
        key=b64url_encode(key),
        terminal=terminal,
        kind=kind,
        known=known,
        address=address,
        asked_at=asked_at,
        heard_at=heard_at,
        approved=first is not None,
        approved_by_me=first is not None and first.person == person,
    )
