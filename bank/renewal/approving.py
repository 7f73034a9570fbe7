"""Two members of staff approve that a customer chooses a new PIN (DESIGN.md 9, PIN.md 6).

The first has the customer in front of the desk: by the finger, which the bank itself has just
found at this desk, or, where the rules allow it, by a document. The second agrees to exactly that.
Neither may be the customer.
"""

import hashlib
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import psycopg

from bank.api.state import Bank
from bank.clock import database_time
from bank.identify.errors import RecordInvalid
from bank.identify.factor1 import read_factor1
from bank.staff.four_eyes import approve, asked
from bank.store.pool import Connection
from protocol.encoding import b64url_decode, canonical_json
from protocol.ids import uid_bytes
from protocol.messages.renewal import PinReset, ResetState
from protocol.messages.staff import Act

KIND: Final = "reset_pin"
WAITS: Final = timedelta(hours=1)
"""For the second person: the customer waits at the desk."""
GOOD_FOR: Final = timedelta(minutes=15)
"""From the second person's word to the new PIN."""

Refusal = Literal["unknown", "own_pin", "finger_needed", "changed", "same_person", "differs"]

_CREDENTIAL: Final = """
select c.account, c.ver from credentials c join customers u on u.id = c.customer
where u.id = %s and u.status = 'active' and c.status = 'active'
"""
_KEEP: Final = """
insert into pin_resets (id, customer, from_ver, desk, expires_at)
values (%s, %s, %s, %s, clock_timestamp() + %s)
"""
_APPROVED: Final = """
select r.desk, floor(extract(epoch from r.expires_at))::bigint, a.act
from pin_resets r join credentials c on c.customer = r.customer and c.ver = r.from_ver
join staff_acts a on a.uid = decode(replace(r.id::text, '-', ''), 'hex')
where r.customer = %s and r.expires_at > clock_timestamp() order by r.approved_at desc limit 1
"""
_ACT: Final = "select act from staff_acts where uid = %s"


async def approve_reset(
    bank: Bank,
    connection: Connection,
    reset: PinReset,
    *,
    customer: UUID | None,
    act: str,
    terminal: str,
    person: UUID,
) -> Literal["waiting", "done"] | Refusal:
    """Keep that `person` asks for it; ``done`` by the second, and the customer may choose a PIN.

    Part of the transaction of the act it belongs to. Errors: psycopg.Error.
    """
    if customer is None:
        return "unknown"
    if customer == person:
        return "own_pin"
    row = await (await connection.execute(_CREDENTIAL, (customer,))).fetchone()
    if row is None:
        return "unknown"
    account, ver = row
    seen = await _is_seen(bank, connection, reset, account, terminal)
    refusal: Refusal | None = None
    async with connection.transaction() as savepoint:
        answer = await approve(
            connection,
            kind=KIND,
            # With its version: once the PIN is another, what was asked of the old one is over.
            subject=f"{customer}/{ver}",
            digest=_digest(customer, reset),
            act=act,
            person=person,
            within=WAITS,
        )
        if answer == "waiting" and (reset.desk != terminal or not seen):
            refusal = "changed" if reset.desk != terminal else "finger_needed"
            raise psycopg.Rollback(savepoint)
    if refusal is not None:
        return refusal
    if answer == "done":
        values = (UUID(bytes=uid_bytes(act)), customer, ver, reset.desk, GOOD_FOR)
        await connection.execute(_KEEP, values)
    return answer


async def read_reset(connection: Connection, customer: UUID, person: UUID) -> ResetState | None:
    """Return how far a customer's reset is, as `person` sees it; None where there is none."""
    row = await (await connection.execute(_APPROVED, (customer,))).fetchone()
    if row is not None:
        desk, until, data = row
        found = _reset_of(data).found
        return ResetState(state="approved", found=found, desk=desk, mine=False, until=until)
    row = await (await connection.execute(_CREDENTIAL, (customer,))).fetchone()
    if row is None:
        return None
    first = await asked(connection, kind=KIND, subject=f"{customer}/{row[1]}", within=WAITS)
    if first is None:
        return None
    row = await (await connection.execute(_ACT, (first.act.bytes,))).fetchone()
    if row is None:
        return None
    reset = _reset_of(row[0])
    return ResetState(
        state="waiting",
        found=reset.found,
        desk=reset.desk,
        mine=first.person == person,
        until=int((first.at + WAITS).timestamp()),
    )


async def _is_seen(
    bank: Bank, connection: Connection, reset: PinReset, account: bytes, terminal: str
) -> bool:
    """Whether the customer is here: by the bank's own finding, or the staff's where allowed."""
    if reset.found != "finger":
        return bank.config.reset_without_finger
    try:
        factor1 = read_factor1(bank.keys, b64url_decode(reset.record), account, terminal)
    except RecordInvalid:
        return False
    now = await database_time(connection)
    return factor1.way == "finger" and factor1.found_at <= now <= factor1.good_until


def _digest(customer: UUID, reset: PinReset) -> bytes:
    what = {"customer": str(customer), "found": reset.found, "desk": reset.desk}
    return hashlib.sha256(canonical_json(what)).digest()


def _reset_of(act: bytes) -> PinReset:
    reset = Act.model_validate_json(act).reset
    if reset is None:
        raise LookupError("the act of a reset says nothing of it")
    return reset
