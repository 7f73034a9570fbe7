"""From a probe, or a number, to a factor 1 record."""

from typing import Final

import anyio.to_thread

from bank.api.state import Bank
from bank.clock import database_time
from bank.customers.find import Found, find_customer, normalise_number
from bank.identify import probes
from bank.identify.errors import BadProbe, NoNumberLogin, NotIdentified, NumberNeeded
from bank.identify.factor1 import LIFETIME, Factor1, sign_factor1
from bank.identify.gallery import LiveGallery
from biometrics import Template, TemplateError
from biometrics.gallery import best_of
from biometrics.thresholds import Answer, Identification, decide, verification_threshold
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.finger import Factor1Answer, IdentifyRequest, LookupRequest
from protocol.pin.verifier import unknown_account

_IMPRESSIONS: Final = 3
_CREDENTIAL: Final = "select account from credentials where customer = %s and status = 'active'"


async def identify(
    bank: Bank, terminal: str, request_id: str, request: IdentifyRequest
) -> Factor1Answer:
    """Return the record of the customer whose finger was shown at `terminal`.

    With a number the finger is compared with that customer's alone (1:1), else with all (1:N).

    Raises:
        BadProbe, NotIdentified, NumberNeeded, ProbeReplayed, TooManyProbes: see the package.
        StoreUnavailable: the database did not answer.
    """
    data = b64url_decode(request.template)
    await probes.admit(bank.pool, bank.identity, terminal, request_id, data)
    try:
        probe = await anyio.to_thread.run_sync(_read, data, limiter=bank.cpu)
    except TemplateError as error:
        raise BadProbe from error
    await bank.gallery.refresh(bank.pool, bank.keys)
    if request.number is None:
        answer, account = await _among_all(bank, probe)
    else:
        answer, account = await _one(bank, probe, request.number)
    found_at = await probes.remember(
        bank.pool, bank.identity, terminal, request_id, data, identified=account is not None
    )
    if answer is Answer.NUMBER_NEEDED:
        raise NumberNeeded
    if account is None:
        raise NotIdentified
    return _answer(bank, Factor1("finger", account, terminal, found_at))


async def look_up(bank: Bank, terminal: str, request: LookupRequest) -> Factor1Answer:
    """Return a record for whomever the number names; nobody's number gets one of the same shape.

    Raises:
        NoNumberLogin: the rules want a finger.
        StoreUnavailable: the database did not answer.
    """
    if not bank.config.number_login:
        raise NoNumberLogin
    found = await find_customer(bank.pool, bank.keys, request.number)
    stand_in = unknown_account(bank.keys.lookup_key, normalise_number(request.number))
    async with bank.pool.connection() as connection:
        found_at = await database_time(connection)
    account = found.account if found else stand_in
    return _answer(bank, Factor1("number", account, terminal, found_at))


async def _among_all(bank: Bank, probe: Template) -> tuple[Answer, bytes | None]:
    found = await anyio.to_thread.run_sync(_search, bank.gallery, probe, limiter=bank.cpu)
    if found.finger is None:
        return found.answer, None
    async with bank.pool.connection() as connection:
        row = await (await connection.execute(_CREDENTIAL, (found.finger,))).fetchone()
    return (found.answer, row[0]) if row else (Answer.NOBODY, None)


async def _one(bank: Bank, probe: Template, number: str) -> tuple[Answer, bytes | None]:
    found = await find_customer(bank.pool, bank.keys, number)
    score = await anyio.to_thread.run_sync(_verify, bank.gallery, probe, found, limiter=bank.cpu)
    if found is None or score < verification_threshold(probe):
        return Answer.NOBODY, None
    return Answer.IDENTIFIED, found.account


def _read(data: bytes) -> Template:
    template = Template.from_iso(data)
    _ = template.features
    return template


def _search(gallery: LiveGallery, probe: Template) -> Identification:
    return decide(gallery.fingers.identify(probe, 2), len(gallery.fingers))


def _verify(gallery: LiveGallery, probe: Template, found: Found | None) -> float:
    if found is None:
        # As long as for somebody, so that the time does not tell whether the number exists.
        best_of(probe, (probe,) * _IMPRESSIONS)
        return 0.0
    return gallery.fingers.verify(probe, str(found.customer))


def _answer(bank: Bank, factor1: Factor1) -> Factor1Answer:
    record = sign_factor1(bank.keys, factor1)
    return Factor1Answer(
        account=b64url_encode(factor1.account),
        record=b64url_encode(record),
        expires_at=int((factor1.found_at + LIFETIME).timestamp()),
    )
