"""One customer's details and accounts, as staff see them: no template, no verifier."""

from typing import Final
from uuid import UUID

from bank.api.state import Bank
from bank.customers.details import unseal_details
from bank.renewal.approving import read_reset
from bank.staff.errors import NoCustomer
from protocol.messages.staff import AccountRow, CustomerAnswer

_CUSTOMER: Final = """
select u.sealed, u.version, floor(extract(epoch from u.created_at))::bigint,
    (select count(*) from fingers f where f.customer = u.id and f.removed_at is null),
    exists (select from credentials c join pin_tries t on t.account = c.account
        where c.customer = u.id and (t.finger_tries >= 3 or t.finger_total >= 10))
from customers u where u.id = %s
"""
_ACCOUNTS: Final = """
select number, currency, name, status, booked_minor, held_minor,
    floor(extract(epoch from opened_at))::bigint
from accounts where customer = %s and number is not null order by id limit 100
"""


async def read_customer(bank: Bank, customer: UUID, reader: UUID) -> CustomerAnswer:
    """Return a customer's details and accounts, as the member of staff `reader` sees them.

    Raises:
        NoCustomer: nobody has this id.
        StoreUnavailable: the database did not answer.
    """
    async with bank.pool.connection() as connection:
        row = await (await connection.execute(_CUSTOMER, (customer,))).fetchone()
        accounts = await (await connection.execute(_ACCOUNTS, (customer,))).fetchall()
        reset = await read_reset(connection, customer, reader)
    if row is None:
        raise NoCustomer
    sealed, version, created_at, fingers, pin_locked = row
    details = unseal_details(bank.keys, customer, version, sealed)
    return CustomerAnswer(
        customer=str(customer),
        user_name=details.user_name,
        first_name=details.first_name,
        last_name=details.last_name,
        phone=details.phone,
        sms=details.sms,
        email=details.email,
        address=details.address,
        national_id=details.national_id,
        gender=details.gender,
        created_at=created_at,
        fingers=fingers,
        pin_locked=pin_locked,
        reset=reset,
        accounts=tuple(
            AccountRow(
                number=number,
                currency=currency,
                name=name,
                status=status,
                booked_minor=booked_minor,
                held_minor=held_minor,
                opened_at=opened_at,
            )
            for number, currency, name, status, booked_minor, held_minor, opened_at in accounts
        ),
    )
