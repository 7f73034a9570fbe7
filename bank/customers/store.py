"""Writing a new customer: details, credential and fingers, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from bank.customers.details import seal_details
from bank.customers.index import tokens_of, user_name_index
from bank.keys import KeySet, SealedPlace, seal
from bank.store.pool import Connection
from protocol.messages.signup import Details

FINGER_KIND = "finger template"
FINGER_VERSION = 1
_FIRST_VERSION = 1


@dataclass(frozen=True)
class NewCredential:
    """A credential to be: 16-byte id, number of its seed, version, and two verifiers (33 bytes)."""

    account: bytes
    seed: int
    ver: int
    verifier: bytes
    duress: bytes


async def insert_customer(
    connection: Connection,
    keys: KeySet,
    customer: UUID,
    details: Details,
    roles: Sequence[str],
    credential: NewCredential,
    templates: Sequence[bytes],
) -> None:
    """Write a customer with credential and finger; the gallery's version counts up.

    Raises:
        psycopg.errors.UniqueViolation: the user name is taken, or the customer exists.
    """
    await connection.execute(
        "insert into customers (id, user_name_index, sealed, version, roles)"
        " values (%s, %s, %s, %s, %s)",
        (
            customer,
            user_name_index(keys.index_key, details.user_name),
            seal_details(keys, customer, _FIRST_VERSION, details),
            _FIRST_VERSION,
            list(roles),
        ),
    )
    tokens = sorted(tokens_of(keys.index_key, details))
    await connection.execute(
        "insert into customer_index (token, customer) select unnest(%s::bytea[]), %s",
        (tokens, customer),
    )
    await connection.execute(
        "insert into credentials (account, customer, seed, ver, verifier, duress)"
        " values (%s, %s, %s, %s, %s, %s)",
        (
            credential.account,
            customer,
            credential.seed,
            credential.ver,
            credential.verifier,
            credential.duress,
        ),
    )
    fingers = [uuid4() for _ in templates]
    sealed = [
        seal(keys, SealedPlace(finger.bytes, FINGER_KIND, FINGER_VERSION), template)
        for finger, template in zip(fingers, templates, strict=True)
    ]
    await connection.execute(
        "with changed as (update gallery set version = version + 1 returning version)"
        " insert into fingers (id, customer, position, sealed, changed)"
        " select f.id, %s, f.position, f.sealed, changed.version from changed,"
        " unnest(%s::uuid[], %s::smallint[], %s::bytea[]) as f (id, position, sealed)",
        (customer, fingers, list(range(1, len(fingers) + 1)), sealed),
    )
