"""What a customer reads: balance, statement, and the name behind a payee's number."""

from typing import Annotated

from pydantic import Field

from protocol.messages.fields import (
    AccountNumber,
    Currency,
    CustomerNumber,
    Message,
    Seconds,
)


class BalanceAnswer(Message):
    """``GET /v1/accounts/{number}/balance``: booked, reserved by holds, and free to use."""

    number: AccountNumber
    currency: Currency
    booked_minor: int
    held_minor: int
    available_minor: int
    withdraw_left_today_minor: int
    withdraw_each_minor: int
    transfer_left_today_minor: int
    as_of: Seconds


class StatementRow(Message):
    """One posting on the account; ``amount_minor`` is signed as the customer sees it."""

    entry: int
    booked_at: Seconds
    business_date: str
    kind: str
    text: str
    counterparty: str | None
    amount_minor: int
    balance_minor: int
    reference: str


class StatementAnswer(Message):
    """``GET /v1/accounts/{number}/statement?before=ENTRY&limit=N``: newest first."""

    number: AccountNumber
    currency: Currency
    rows: tuple[StatementRow, ...]
    next_before: int | None
    holds_minor: int
    as_of: Seconds


class PayeeRequest(Message):
    """``POST /v1/payees``: an account number, user name or phone number."""

    to: CustomerNumber


class PayeeAnswer(Message):
    """Enough of the name to recognise a person by, not to look one up."""

    number: AccountNumber
    display_name: Annotated[str, Field(max_length=80)]
    currency: Currency
