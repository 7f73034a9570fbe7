"""Probes seen: byte-identical ones are refused, and a terminal may show few that are nobody's."""

import hashlib
from datetime import datetime
from typing import Final

from bank.customers.rules import IdentityRules
from bank.identify.errors import ProbeReplayed, TooManyProbes
from bank.store.pool import Pool
from bank.store.rows import one_row

RETRY_S: Final = 10
"""For so long the same bytes, terminal and request id are the same request, asked again."""

_ADMIT: Final = """
with now as materialized (select clock_timestamp() as at)
select (select count(*) from probes p, now where p.terminal = %(terminal)s and not p.identified
        and p.seen_at > now.at - make_interval(secs => %(window_s)s)),
    exists (select from probes p, now where p.digest = %(digest)s
        and p.seen_at > now.at - make_interval(secs => %(memory_s)s)
        and not (p.terminal = %(terminal)s and p.request = %(request)s
                 and p.seen_at > now.at - make_interval(secs => %(retry_s)s)))
"""

_REMEMBER: Final = """
insert into probes as p (digest, terminal, request, identified, seen_at)
values (%(digest)s, %(terminal)s, %(request)s, %(identified)s, clock_timestamp())
on conflict (digest) do update set terminal = excluded.terminal, request = excluded.request,
    identified = excluded.identified, seen_at = case
        when p.seen_at <= excluded.seen_at - make_interval(secs => %(memory_s)s)
        then excluded.seen_at else p.seen_at end
where p.seen_at <= excluded.seen_at - make_interval(secs => %(memory_s)s)
    or (p.terminal = excluded.terminal and p.request = excluded.request
        and p.seen_at > excluded.seen_at - make_interval(secs => %(retry_s)s))
returning clock_timestamp()
"""


async def admit(
    pool: Pool, rules: IdentityRules, terminal: str, request_id: str, template: bytes
) -> None:
    """Return if this probe may be looked at.

    Raises:
        ProbeReplayed: these bytes were shown before, and this is not the same request again.
        TooManyProbes: too many of this terminal's were nobody's.
        StoreUnavailable: the database did not answer.
    """
    facts = _facts(rules, terminal, request_id, template)
    async with pool.connection() as connection:
        unidentified, replayed = await one_row(await connection.execute(_ADMIT, facts))
    if unidentified >= rules.unidentified_most:
        raise TooManyProbes(rules.unidentified_window_s)
    if replayed:
        raise ProbeReplayed


async def remember(
    pool: Pool,
    rules: IdentityRules,
    terminal: str,
    request_id: str,
    template: bytes,
    *,
    identified: bool,
) -> datetime:
    """Note a probe's outcome; return when, by the database's clock.

    Raises:
        ProbeReplayed: another request with these bytes was faster.
        StoreUnavailable: the database did not answer.
    """
    facts = _facts(rules, terminal, request_id, template) | {"identified": identified}
    async with pool.connection() as connection:
        row = await (await connection.execute(_REMEMBER, facts)).fetchone()
    if row is None:
        raise ProbeReplayed
    seen_at: datetime = row[0]
    return seen_at


def _facts(
    rules: IdentityRules, terminal: str, request_id: str, template: bytes
) -> dict[str, object]:
    return {
        "digest": hashlib.sha256(template).digest(),
        "terminal": terminal,
        "request": request_id,
        "window_s": rules.unidentified_window_s,
        "memory_s": rules.probe_memory_s,
        "retry_s": RETRY_S,
    }
