"""Who stands there: the finger's reading, identification, the PIN's proof."""

import logging
from collections.abc import Callable
from typing import Final

from backend_client.errors import BankError, PinRejected
from kiosk.effects.failures import problem_of, reference_of, shown
from kiosk.effects.ports import World
from kiosk.pinpad import wipe
from kiosk.screens import Account, Problem
from kiosk.session.answers import (
    CallFailed,
    FingerFailed,
    FingerRead,
    FingerStage,
    Identified,
    LoggedIn,
    PinRefused,
    ProofMade,
)
from kiosk.session.effects import EndSession, Identify, LookUp, ProveLogin, ReadFinger
from kiosk.session.state import Login
from protocol.messages.pin import LoginAnswer

_LOG = logging.getLogger(__name__)
# A reader gives up within a second; one that does not is broken.
_STOPPING_S: Final = 3.0
# At sign-up nothing else is waited for: the person may see for so long what was read.
SHOWN_S: Final = 0.7


def read(
    world: World, effect: ReadFinger, report: Callable[[FingerStage], None]
) -> FingerRead | FingerFailed | None:
    """Read a finger; None when it was stopped."""
    # Extraction brings OpenCV along, which must not delay the first frame.
    from kiosk.scanning import ReadingRules, read_finger

    cancel = world.cancelled.get(effect.number)
    if cancel is None:
        return None
    if not world.one_reading.acquire(timeout=_STOPPING_S):
        _LOG.error("the last reading does not stop: the reader hangs")
        return FingerFailed(effect.number, Problem.READER_FAILED)
    try:
        floor = world.quality_least if effect.shot else 0
        rules = ReadingRules(
            scan_s=world.scan_s,
            quality_least=floor,
            engine=world.engine,
            shown_s=SHOWN_S if effect.shot else 0.0,
        )
        return read_finger(world.readers, effect.number, rules, cancel, report)
    finally:
        world.one_reading.release()


def find(world: World, effect: Identify | LookUp) -> Identified | CallFailed:
    """Find the credential to prove a PIN for."""
    try:
        if isinstance(effect, Identify):
            factor1 = world.bank.identify(effect.template, effect.typed)
        else:
            factor1 = world.bank.lookup(effect.typed)
    except BankError as error:
        return CallFailed(effect.number, problem_of(error))
    return Identified(effect.number, factor1)


def log_in(
    world: World, effect: ProveLogin, pin: bytearray, report: Callable[[ProofMade], None]
) -> LoggedIn | PinRefused | CallFailed:
    """Prove the PIN; it is wiped whatever comes of it."""
    try:
        answer = world.bank.prove_login(
            effect.factor1, pin, lambda facts: report(ProofMade(effect.visit, shown(facts)))
        )
    except BankError as error:
        if isinstance(error, PinRejected) and error.unlock is None:
            return PinRefused(effect.number, error.tries_left)
        return CallFailed(effect.number, problem_of(error), reference_of(error))
    finally:
        wipe(pin)
    return LoggedIn(effect.number, login_of(effect.factor1.account, answer))


def login_of(credential: str, answer: LoginAnswer) -> Login:
    """Return the session as the kiosk keeps it."""
    return Login(
        session=answer.session,
        credential=credential,
        first_name=answer.first_name,
        accounts=tuple(Account(a.number, a.name, a.currency) for a in answer.accounts),
        step_up_minor=answer.step_up_minor,
        roles=tuple(answer.roles),
        finger=answer.finger,
        person=answer.customer,
    )


def log_out(world: World, effect: EndSession) -> None:
    """End the session; if the bank is away it ends by itself within two minutes."""
    try:
        world.bank.logout(effect.login.session)
    except BankError:
        return
