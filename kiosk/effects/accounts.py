"""What a customer reads: balance, statement, a payee's name, what is left of the limits."""

from backend_client.errors import BankError, NotFound, SessionEnded
from kiosk.effects.failures import problem_of
from kiosk.effects.ports import World
from kiosk.screens import Account, Problem, StatementLine
from kiosk.session.answers import (
    BalanceRead,
    CallFailed,
    LimitsRead,
    PayeeFound,
    SessionLost,
    StatementRead,
)
from kiosk.session.effects import FindPayee, ReadBalance, ReadLimits, ReadStatement
from kiosk.session.state import Limits
from protocol.messages.accounts import StatementRow


def balance(world: World, effect: ReadBalance) -> BalanceRead | CallFailed:
    """Read the balance."""
    try:
        found = world.bank.balance(effect.login.session, effect.account.number)
    except BankError as error:
        return CallFailed(effect.number, problem_of(error))
    return BalanceRead(effect.number, found.booked_minor, found.held_minor, found.available_minor)


def limits(world: World, effect: ReadLimits) -> LimitsRead | SessionLost | None:
    """Read what is left of the limits; None where the bank cannot say now."""
    try:
        found = world.bank.balance(effect.login.session, effect.account.number)
    except SessionEnded:
        return SessionLost(effect.visit)
    except BankError:
        return None
    left = Limits(
        withdraw_each_minor=found.withdraw_each_minor,
        withdraw_left_minor=found.withdraw_left_today_minor,
        transfer_left_minor=found.transfer_left_today_minor,
    )
    return LimitsRead(effect.visit, left)


def statement(world: World, effect: ReadStatement) -> StatementRead | CallFailed:
    """Read a page of postings."""
    try:
        found = world.bank.statement(
            effect.login.session,
            effect.account.number,
            before=effect.before,
            limit=effect.lines,
        )
    except BankError as error:
        return CallFailed(effect.number, problem_of(error))
    lines = tuple(_line(row) for row in found.rows)
    return StatementRead(effect.number, lines, found.next_before, found.holds_minor)


def _line(row: StatementRow) -> StatementLine:
    return StatementLine(
        date=row.business_date,
        kind=row.kind,
        text=row.text,
        counterparty=row.counterparty or "",
        amount_minor=row.amount_minor,
        balance_minor=row.balance_minor,
    )


def payee(world: World, effect: FindPayee) -> PayeeFound | CallFailed:
    """Find whose account that is."""
    try:
        found = world.bank.payee(effect.login.session, effect.to)
    except NotFound:
        return CallFailed(effect.number, Problem.PAYEE_UNKNOWN)
    except BankError as error:
        return CallFailed(effect.number, problem_of(error))
    return PayeeFound(effect.number, Account(found.number, found.display_name, found.currency))
