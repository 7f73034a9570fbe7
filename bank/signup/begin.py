"""POST /v1/signup/begin: check details and fingers, keep them sealed, give a ticket."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

import anyio.to_thread

from bank.api.peer import Peer
from bank.api.state import Bank
from bank.customers.index import user_name_index
from bank.identify.gallery import LiveGallery
from bank.keys import SealedPlace, seal
from bank.pin.tickets import LIFETIME, Ticket, sign_ticket
from bank.signup.errors import (
    FingerKnown,
    FingersDiffer,
    OtherSignup,
    PoorFinger,
    SignupClosed,
    Taken,
    TooManySignups,
)
from bank.store.pool import Connection
from bank.store.rows import one_row
from biometrics import Template, TemplateError, match
from biometrics.thresholds import identification_threshold
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import uid_bytes
from protocol.messages.fields import Message, TemplateText
from protocol.messages.signup import Details, SignupBegin, SignupTicket
from protocol.pin.verifier import first_version

SEALED_KIND: Final = "sign-up"
SEALED_VERSION: Final = 1
MOST_UNFINISHED: Final = 60
"""Sign-ups that a terminal may begin in an hour and leave unfinished."""
SAME_FINGER: Final = 19.0
"""Score between impressions of one sign-up; a stranger's reach it once in a hundred times. Lower
than where it decides about entry: here it only catches two different fingers laid down."""

_KNOWN: Final = "select request, ticket, account, ver from signups where uid = %s and terminal = %s"
_TAKEN: Final = """
select exists (select from customers where user_name_index = %s), clock_timestamp(),
    (select count(*) from signups where terminal = %s and finished_at is null
        and begun_at > clock_timestamp() - interval '1 hour')
"""
# Of two begins with one uid the first stands, and both are answered with its ticket.
_KEEP: Final = """
insert into signups as s (uid, terminal, request, ticket, account, seed, ver, customer, sealed,
    expires_at)
values (%(uid)s, %(terminal)s, %(request)s, %(ticket)s, %(account)s, %(seed)s, %(ver)s,
    %(customer)s, %(sealed)s, %(expires_at)s)
on conflict (uid) do update set uid = s.uid where s.terminal = excluded.terminal
returning s.request, s.ticket, s.account, s.ver
"""


class Contents(Message):
    """What a sign-up holds, sealed, between begin and finish."""

    details: Details
    templates: tuple[TemplateText, ...]


async def begin(bank: Bank, peer: Peer, request: SignupBegin) -> SignupTicket:
    """Return the ticket of this sign-up; the same uid and contents give the same ticket.

    Raises:
        Taken, FingerKnown, FingersDiffer, PoorFinger, OtherSignup, SignupClosed, TooManySignups:
            see the package.
        StoreUnavailable: the database did not answer.
    """
    if not bank.config.signup:
        raise SignupClosed
    uid = uid_bytes(request.uid)
    digest = hashlib.sha256(request.model_dump_json().encode()).digest()
    async with bank.pool.connection() as connection:
        cursor = await connection.execute(_KNOWN, (uid, peer.terminal.id))
        known = await cursor.fetchone()
    if known is not None:
        return _same(digest, known)
    # Before the fingers, whose comparison with all others is what costs.
    async with bank.pool.connection() as connection:
        index = user_name_index(bank.keys.index_key, request.details.user_name)
        cursor = await connection.execute(_TAKEN, (index, peer.terminal.id))
        taken, now, unfinished = await one_row(cursor)
    if taken:
        raise Taken
    if unfinished >= MOST_UNFINISHED:
        raise TooManySignups
    templates = await anyio.to_thread.run_sync(
        _check_fingers, bank, request.templates, limiter=bank.cpu
    )
    await bank.gallery.refresh(bank.pool, bank.keys)
    if await anyio.to_thread.run_sync(is_known, bank.gallery, templates, limiter=bank.cpu):
        raise FingerKnown
    kept = _to_keep(bank, peer, request, uid, digest, now, templates)

    async def keep(connection: Connection) -> tuple[bytes, bytes, bytes, int] | None:
        return await (await connection.execute(_KEEP, kept)).fetchone()

    row = await bank.pool.run(keep)
    if row is None:
        raise OtherSignup
    return _same(digest, row)


def _same(digest: bytes, row: tuple[bytes, bytes, bytes, int]) -> SignupTicket:
    request, ticket, account, ver = row
    if request != digest:
        raise OtherSignup
    return SignupTicket(account=b64url_encode(account), ver=ver, ticket=b64url_encode(ticket))


def _to_keep(
    bank: Bank,
    peer: Peer,
    request: SignupBegin,
    uid: bytes,
    digest: bytes,
    now: datetime,
    templates: Sequence[Template],
) -> dict[str, object]:
    account = secrets.token_bytes(16)
    seed = bank.keys.active_seed
    ver = first_version(bank.keys.oprf_seeds[seed], account)
    ticket = Ticket(request.uid, account, seed, ver, peer.terminal.id, now + LIFETIME)
    texts = tuple(b64url_encode(template.to_iso()) for template in templates)
    contents = Contents(details=request.details, templates=texts).model_dump_json().encode()
    return {
        "uid": uid,
        "terminal": peer.terminal.id,
        "request": digest,
        "ticket": sign_ticket(bank.keys, ticket),
        "account": account,
        "seed": seed,
        "ver": ver,
        "customer": uuid4(),
        "sealed": seal(bank.keys, SealedPlace(uid, SEALED_KIND, SEALED_VERSION), contents),
        "expires_at": ticket.good_until,
    }


def _check_fingers(bank: Bank, texts: Sequence[str]) -> tuple[Template, ...]:
    """Return the different templates among `texts`, each good enough and all of one finger."""
    rules = bank.identity
    try:
        # By what they hold: the same picture twice counts once.
        templates = tuple(
            {template.to_iso(): template for template in map(_template, texts)}.values()
        )
    except TemplateError as error:
        raise PoorFinger("not a template") from error
    if len(templates) < rules.impressions_least:
        raise PoorFinger(f"{rules.impressions_least} different pictures are needed")
    if any(template.quality < rules.quality_least for template in templates):
        raise PoorFinger("a picture is not good enough")
    for index, template in enumerate(templates):
        # Each must be the finger of one before it: three impressions seldom all overlap.
        if index and all(match(template, earlier) < SAME_FINGER for earlier in templates[:index]):
            raise FingersDiffer
    return templates


def _template(text: str) -> Template:
    return Template.from_iso(b64url_decode(text))


def is_known(gallery: LiveGallery, templates: Sequence[Template]) -> bool:
    """Whether any impression is a finger of the gallery, at the threshold of its size."""
    needed = identification_threshold(len(gallery.fingers))
    found = (gallery.fingers.identify(template, 1) for template in templates)
    return any(ranked and ranked[0][1] >= needed for ranked in found)
