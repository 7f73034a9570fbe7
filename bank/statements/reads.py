"""Balance, statement and payee, read from the primary database only (DESIGN.md 6, trap 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bank.api.state import Bank
from bank.customers.details import read_display_names
from bank.customers.find import find_customer, normalise_number
from bank.store.pool import Connection
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, StatementAnswer, StatementRow

PAGE: Final = 20
MAX_PAGE: Final = 100
MAX_ENTRY: Final = 2**53

BALANCE: Final = """
SELECT a.currency, a.booked_minor, a.held_minor,
       CASE WHEN u.day = d.day THEN u.withdrawn_minor ELSE 0 END,
       CASE WHEN u.day = d.day THEN u.transferred_minor ELSE 0 END,
       CASE WHEN u.day = d.day THEN u.without_finger_minor ELSE 0 END,
       floor(extract(epoch FROM clock_timestamp()))::bigint
FROM accounts a JOIN customer_usage u ON u.customer = a.customer, ledger_day(%s) AS d (day)
WHERE a.number = %s
"""
ACCOUNT: Final = """
SELECT a.id, a.customer, a.currency, a.held_minor,
       floor(extract(epoch FROM clock_timestamp()))::bigint
FROM accounts a WHERE a.number = %s AND a.kind = 'customer'
"""
ROWS: Final = "SELECT * FROM ledger_page(%s, %s, %s)"
_PAYEE: Final = """
SELECT number, currency, customer FROM accounts
WHERE kind = 'customer' AND status = 'open' AND customer = %s AND (number = %s OR NOT %s)
ORDER BY id LIMIT 1
"""
_Row = tuple[Any, ...]


class AccountUnknown(Exception):
    """No such account, or not the asker's: the answer does not tell which."""


@dataclass(frozen=True)
class _Account:
    id: int
    customer: UUID
    currency: str
    held_minor: int
    as_of: int


async def read_balance(bank: Bank, number: str, *, customer: UUID, finger: bool) -> BalanceAnswer:
    """Return what `customer` has on an account and may still take today.

    `finger` says how the session was opened: without one the limits are lower.
    Errors: AccountUnknown, StoreUnavailable.
    """
    await _account(bank, number, customer)

    async def read(connection: Connection) -> tuple[object, ...] | None:
        cursor = await connection.execute(BALANCE, [bank.config.time_zone, number])
        return await cursor.fetchone()

    row = await bank.pool.run(read)
    if row is None:
        raise AccountUnknown
    booked, held, withdrawn, transferred, without_finger, as_of = (int(str(v)) for v in row[1:])
    rules = bank.config
    most = rules.withdraw_day_minor + rules.transfer_day_minor
    bound = most if finger else rules.withdraw_day_without_finger_minor - without_finger
    return BalanceAnswer(
        number=number,
        currency=str(row[0]),
        booked_minor=booked,
        held_minor=held,
        available_minor=booked - held,
        withdraw_left_today_minor=max(0, min(rules.withdraw_day_minor - withdrawn, bound)),
        withdraw_each_minor=rules.withdraw_each_minor,
        transfer_left_today_minor=max(0, min(rules.transfer_day_minor - transferred, bound)),
        as_of=as_of,
    )


async def read_statement(
    bank: Bank,
    number: str,
    *,
    customer: UUID | None,
    before: int | None = None,
    limit: int = PAGE,
) -> StatementAnswer:
    """Return up to `limit` postings older than entry `before`, newest first.

    `customer` None is for staff, whose right the caller has checked.
    Errors: AccountUnknown, StoreUnavailable.
    """
    account = await _account(bank, number, customer)
    limit = min(limit, MAX_PAGE)

    async def read(connection: Connection) -> tuple[list[_Row], dict[UUID, str]]:
        # One more than asked for tells whether there is another page.
        cursor = await connection.execute(ROWS, [account.id, before or MAX_ENTRY, limit + 1])
        rows = await cursor.fetchall()
        others = {owner for row in rows[:limit] if (owner := _payee(row)) is not None}
        return rows, await read_display_names(connection, bank.keys, others)

    rows, names = await bank.pool.run(read)
    lines = tuple(_line(row, names) for row in rows[:limit])
    return StatementAnswer(
        number=number,
        currency=account.currency,
        rows=lines,
        next_before=lines[-1].entry if len(rows) > limit else None,
        holds_minor=account.held_minor,
        as_of=account.as_of,
    )


async def read_payee(bank: Bank, to: str) -> PayeeAnswer:
    """Return the account that an account number, user name or phone number stands for.

    Errors: AccountUnknown, StoreUnavailable.
    """
    found = await find_customer(bank.pool, bank.keys, to)
    if found is None:
        raise AccountUnknown
    typed = normalise_number(to)
    is_number = len(typed) == 10 and typed.isdigit()

    async def read(connection: Connection) -> tuple[str, str, str] | None:
        cursor = await connection.execute(_PAYEE, [found.customer, typed, is_number])
        row = await cursor.fetchone()
        if row is None and is_number:
            # Ten digits may be a phone number too.
            cursor = await connection.execute(_PAYEE, [found.customer, typed, False])
            row = await cursor.fetchone()
        if row is None:
            return None
        names = await read_display_names(connection, bank.keys, [found.customer])
        return str(row[0]), str(row[1]), names.get(found.customer, "-")

    row = await bank.pool.run(read)
    if row is None:
        raise AccountUnknown
    number, currency, name = row
    return PayeeAnswer(number=number, display_name=name[:80], currency=currency)


async def _account(bank: Bank, number: str, customer: UUID | None) -> _Account:
    async def read(connection: Connection) -> tuple[object, ...] | None:
        cursor = await connection.execute(ACCOUNT, [number])
        return await cursor.fetchone()

    row = await bank.pool.run(read)
    if row is None or (customer is not None and row[1] != customer):
        raise AccountUnknown
    return _Account(*row)  # type: ignore[arg-type]


def _payee(row: _Row) -> UUID | None:
    """Return the other customer of a transfer's row."""
    kind, owner = row[3], row[9]
    return owner if kind == "transfer" and isinstance(owner, UUID) else None


def _line(row: _Row, names: Mapping[UUID, str]) -> StatementRow:
    entry, booked_at, day, kind, text, terminal, amount, balance, reference, _, number = row
    counterparty = str(terminal) if terminal else None
    if (payee := _payee(row)) is not None:
        counterparty = f"{names.get(payee, '-')} (..{str(number)[-4:]})"
    return StatementRow.model_validate(
        {
            "entry": entry,
            "booked_at": booked_at,
            "business_date": str(day),
            "kind": kind,
            "text": text,
            "counterparty": counterparty,
            "amount_minor": amount,
            "balance_minor": balance,
            "reference": reference or f"E-{entry:08d}",
        }
    )
