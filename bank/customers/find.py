"""The customer behind what a person types: account number, user name or phone number."""

import re
from dataclasses import dataclass
from uuid import UUID

from bank.customers.index import normalise_name, normalise_phone, phone_token, user_name_index
from bank.keys import KeySet
from bank.store.pool import Pool

_ACCOUNT_NUMBER = re.compile(r"[0-9]{10}")

# One statement whatever was typed and whoever exists, so that the time tells nothing.
_FIND = """
select c.customer, c.account from credentials c join customers u on u.id = c.customer
where u.status = 'active' and c.status = 'active' and u.id in (
    select id from customers where user_name_index = %(name)s
    union select customer from customer_index where token = %(phone)s
    union select customer from accounts where number = %(number)s and status = 'open')
limit 2
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A customer's id and 16-byte credential id."""

    customer: UUID
    account: bytes


def normalise_number(text: str) -> str:
    """Return what was typed in the one spelling under which it is looked up."""
    compact = re.sub(r"[\s-]", "", text)
    if _ACCOUNT_NUMBER.fullmatch(compact):
        return compact
    return normalise_phone(text) or normalise_name(text)


async def find_customer(pool: Pool, keys: KeySet, text: str) -> Found | None:
    """Return the one customer behind `text`; None for nobody, or for two who share a phone.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    number = normalise_number(text)
    sought = {
        "name": user_name_index(keys.index_key, number),
        "phone": phone_token(keys.index_key, number),
        "number": number,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(_FIND, sought)).fetchall()
    return Found(rows[0][0], rows[0][1]) if len(rows) == 1 else None
