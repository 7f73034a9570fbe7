"""The PIN proof's decisions, each one statement of the database (migration 0003)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from bank.store.pool import Connection
from bank.store.rows import one_row

Way = Literal["finger", "number", "register"]
StartOutcome = Literal[
    "started",
    "other",
    "finished",
    "expired",
    "rate_limited",
    "ticket_used",
    "record_used",
    "rejected",
    "locked",
]
Unlock = Literal["finger", "branch"]
"""What opens a lock: a fresh identification by finger, or two members of staff."""
BurnOutcome = Literal["burnt", "unknown", "denied", "expired", "replayed"]
LoginRefusal = Literal["record_used", "rejected"]


@dataclass(frozen=True)
class Start:
    """A start to be decided. `request` is SHA-256 over all its fields; `seed` and `ver` are what a
    credential that does not exist is answered with."""

    terminal: str
    terminal_cert: bytes
    attempt: bytes
    account: bytes
    purpose: str
    way: Way
    request: bytes
    nonce: bytes
    record: bytes | None
    issued_at: datetime | None
    ticket: bytes | None
    good_until: datetime | None
    seed: int
    ver: int


@dataclass(frozen=True)
class Started:
    """The decision. `now_s` is the database's time; seed and version are of the first answer;
    `unlock` is what opens the lock, where there is one."""

    outcome: StartOutcome
    seed: int
    ver: int
    now_s: int
    retry_after_s: int
    unlock: Unlock | None


@dataclass(frozen=True)
class Burn:
    """A nonce to be burnt; `uid` and `body` tie it to a movement, which may come again."""

    terminal_cert: bytes
    account: bytes
    purpose: str
    nonce: bytes
    issuer: bytes
    expiry_s: int
    uid: bytes | None
    body: bytes | None


@dataclass(frozen=True)
class Burnt:
    """The decision, and the credential as it is now: None where there is none in force.

    `unlock` is what opens the lock if this try, by finger, turns out to be the last.
    """

    outcome: BurnOutcome
    verifier: bytes | None
    duress: bytes | None
    tries_left: int | None
    unlock: Unlock | None


@dataclass(frozen=True)
class KeptProof:
    """A movement's proof as evidence of it: `verifier` is the point it was checked against."""

    terminal: str
    uid: UUID
    realm: str
    verifier: bytes
    token: bytes
    proof: bytes


@dataclass(frozen=True)
class Login:
    """A session to be opened for a proof that held."""

    terminal: str
    terminal_cert: bytes
    account: bytes
    nonce: bytes
    ver: int
    record: bytes
    session: bytes
    idle_s: int
    absolute_s: int


@dataclass(frozen=True)
class Opened:
    """A session that was opened; `sealed` are the customer's details in `version`."""

    customer: UUID
    roles: list[str]
    sealed: bytes
    version: int
    finger: bool
    expires_at: int


_START: Final = """
select outcome, seed, ver, now_s, retry_after_s, unlock from pin_start(%(terminal)s,
    %(terminal_cert)s, %(attempt)s, %(account)s, %(purpose)s, %(way)s, %(request)s, %(nonce)s,
    %(record)s, %(issued_at)s, %(ticket)s, %(good_until)s, %(seed)s::smallint, %(ver)s)
"""
_BURN: Final = """
select outcome, verifier, duress, tries_left, unlock from pin_burn(%(terminal_cert)s, %(account)s,
    %(purpose)s, %(nonce)s, %(issuer)s, %(expiry_s)s, %(uid)s, %(body)s)
"""
_SUCCEED_AND_KEEP: Final = """
with good as materialized (
    select pin_succeed(%(cert)s, %(account)s, %(nonce)s, %(ver)s) as held),
kept as (
    insert into movement_proofs
        (terminal, uid, realm, account, verifier, terminal_cert, token, proof)
    select %(terminal)s, %(uid)s, %(realm)s, %(account)s, %(verifier)s, %(cert)s, %(token)s,
        %(proof)s
    from good where held on conflict do nothing)
select held from good
"""
_LOGIN: Final = """
select outcome, customer, roles, sealed, version, finger, expires_at from pin_login(%(terminal)s,
    %(terminal_cert)s, %(account)s, %(nonce)s, %(ver)s, %(record)s, %(session)s, %(idle_s)s,
    %(absolute_s)s)
"""


async def start(connection: Connection, asked: Start) -> Started:
    """Spend a try, or find that this is the same start again."""
    cursor = await connection.execute(_START, vars(asked))
    outcome, seed, ver, now_s, retry_after_s, unlock = await one_row(cursor)
    return Started(outcome, seed or 0, ver or 0, now_s, retry_after_s or 0, unlock)


async def burn(connection: Connection, asked: Burn) -> Burnt:
    """Burn a nonce for good, in a commit of its own, and read what to check the proof against."""
    return Burnt(*await one_row(await connection.execute(_BURN, vars(asked))))


async def succeed(
    connection: Connection,
    terminal_cert: bytes,
    account: bytes,
    nonce: bytes,
    ver: int,
    kept: KeptProof | None = None,
) -> bool:
    """Give back the tries of a proof that held; False if the credential has changed meanwhile.

    With `kept` the proof itself stays on record, once a movement, in the same statement.
    """
    if kept is None:
        cursor = await connection.execute(
            "select pin_succeed(%s, %s, %s, %s)", (terminal_cert, account, nonce, ver)
        )
    else:
        members = {"cert": terminal_cert, "account": account, "nonce": nonce, "ver": ver}
        cursor = await connection.execute(_SUCCEED_AND_KEEP, members | asdict(kept))
    return bool((await one_row(cursor))[0])


async def log_in(connection: Connection, asked: Login) -> Opened | LoginRefusal:
    """Give back the tries and open a session, both or neither."""
    outcome, *opened = await one_row(await connection.execute(_LOGIN, vars(asked)))
    refusal: LoginRefusal
    match outcome:
        case "opened":
            return Opened(*opened)
        case "record_used":
            refusal = "record_used"
        case _:
            refusal = "rejected"
    return refusal
