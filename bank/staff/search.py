"""Customers by name, user name, phone or account number, over the blind index."""

from typing import Final

from bank.api.state import Bank
from bank.customers.details import unseal_details
from bank.customers.find import normalise_number
from bank.customers.index import tokens_to_search
from protocol.messages.staff import CustomerBrief, CustomerSearchAnswer

MOST_ROWS: Final = 50

_SEARCH: Final = """
select u.id, u.sealed, u.version,
    array(select number from accounts a where a.customer = u.id and a.number is not null
          order by a.id limit 20)
from customers u
where u.id in (
    select customer from accounts where number = %(number)s
    union
    select customer from customer_index where token = any (%(tokens)s::bytea[])
    group by customer having count(*) = %(count)s)
order by u.created_at, u.id limit %(limit)s
"""


async def search(bank: Bank, text: str) -> CustomerSearchAnswer:
    """Return up to 50 customers who have every word of `text`, or whose number it is.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    tokens = sorted(set(tokens_to_search(bank.keys.index_key, text)))
    sought = {
        "number": normalise_number(text),
        "tokens": tokens,
        # With no tokens no group has this many rows.
        "count": len(tokens) or -1,
        "limit": MOST_ROWS + 1,
    }
    async with bank.pool.connection() as connection:
        rows = await (await connection.execute(_SEARCH, sought)).fetchall()
    found = []
    for customer, sealed, version, numbers in rows[:MOST_ROWS]:
        details = unseal_details(bank.keys, customer, version, sealed)
        found.append(
            CustomerBrief(
                customer=str(customer),
                user_name=details.user_name,
                first_name=details.first_name,
                last_name=details.last_name,
                phone=details.phone,
                accounts=tuple(numbers),
            )
        )
    return CustomerSearchAnswer(rows=tuple(found), more=len(rows) > MOST_ROWS)
