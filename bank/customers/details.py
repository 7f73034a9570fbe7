"""A customer's details: sealed in the database, opened for those who may see them."""

from collections.abc import Collection
from uuid import UUID

from bank.keys import KeySet, SealedPlace, seal, unseal
from bank.store.pool import Connection, Pool
from protocol.encoding import canonical_json
from protocol.messages.signup import Details

DETAILS_KIND = "customer details"


class CustomerUnknown(Exception):
    """No customer has this id."""


def seal_details(keys: KeySet, customer: UUID, version: int, details: Details) -> bytes:
    """Return `details` sealed for version `version` of the customer's row."""
    place = SealedPlace(customer.bytes, DETAILS_KIND, version)
    return seal(keys, place, canonical_json(details.model_dump(exclude_none=True)))


def unseal_details(keys: KeySet, customer: UUID, version: int, sealed: bytes) -> Details:
    """Return the details in a customer's row.

    Raises:
        SealBroken: the row was changed outside this program, or sealed under a key we lack.
    """
    place = SealedPlace(customer.bytes, DETAILS_KIND, version)
    return Details.model_validate_json(unseal(keys, place, sealed))


async def read_details(pool: Pool, keys: KeySet, customer: UUID) -> Details:
    """Return a customer's details.

    Raises:
        CustomerUnknown: there is no such customer.
        SealBroken: as `unseal_details`.
        StoreUnavailable: the database did not answer.
    """
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "select sealed, version from customers where id = %s", (customer,)
        )
        row = await cursor.fetchone()
    if row is None:
        raise CustomerUnknown
    return unseal_details(keys, customer, row[1], row[0])


async def read_display_names(
    connection: Connection, keys: KeySet, customers: Collection[UUID]
) -> dict[UUID, str]:
    """Return what each of `customers` is recognised by, in one query; who is unknown is left out.

    Errors: SealBroken as `unseal_details`.
    """
    if not customers:
        return {}
    cursor = await connection.execute(
        "select id, sealed, version from customers where id = any(%s)", [list(customers)]
    )
    return {
        customer: display_name(unseal_details(keys, customer, version, sealed))
        for customer, sealed, version in await cursor.fetchall()
    }


def display_name(details: Details) -> str:
    """Return enough of a name to recognise a person by: "Amara O."."""
    return f"{details.first_name} {details.last_name[:1]}."
