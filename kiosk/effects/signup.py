"""A new customer at the bank: details and fingers, then the PIN."""

from collections.abc import Callable

from pydantic import ValidationError

from backend_client.errors import BankAway, BankError, Declined, UserNameTaken
from kiosk.effects.failures import problem_of, shown
from kiosk.effects.ports import World
from kiosk.pinpad import wipe
from kiosk.screens import Account, Problem
from kiosk.session.answers import ProofMade, SignedUp, SignupBegun, SignupRefused
from kiosk.session.effects import BeginSignup, FinishSignup
from kiosk.signup import entries, fields
from protocol.ids import new_uid


def begin(world: World, effect: BeginSignup) -> SignupBegun | SignupRefused:
    """Hand in details and templates."""
    try:
        details = entries.details(dict(effect.values), sms=effect.sms)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        return SignupRefused(effect.number, Problem.FIELD_INVALID, name)
    try:
        ticket = world.bank.begin_signup(new_uid(world.now_ms()), details, effect.templates)
    except BankError as error:
        return _refused(effect.number, error)
    return SignupBegun(effect.number, ticket)


def finish(
    world: World, effect: FinishSignup, pin: bytearray, report: Callable[[ProofMade], None]
) -> SignedUp | SignupRefused:
    """Register the PIN and make the customer; the PIN is wiped whatever comes of it."""
    try:
        message = world.bank.register_pin(
            effect.ticket, pin, lambda facts: report(ProofMade(effect.visit, shown(facts)))
        )
    except BankError as error:
        return _refused(effect.number, error)
    finally:
        wipe(pin)
    try:
        answer = world.bank.finish_signup(message)
    except BankAway:
        return SignupRefused(effect.number, Problem.SIGNUP_UNKNOWN)
    except BankError as error:
        return _refused(effect.number, error)
    account = Account(answer.number, "", answer.currency)
    return SignedUp(effect.number, answer.user_name, account, answer.opening_credit_minor)


def _refused(number: int, error: BankError) -> SignupRefused:
    if isinstance(error, UserNameTaken):
        return SignupRefused(number, Problem.USER_NAME_TAKEN, "user_name")
    name = (error.field or "") if isinstance(error, Declined) else ""
    name = name.rsplit(".", 1)[-1]
    if fields.step_of(name) is not None:
        return SignupRefused(number, Problem.FIELD_INVALID, name)
    return SignupRefused(number, problem_of(error))
