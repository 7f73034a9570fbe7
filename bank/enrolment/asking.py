"""A terminal without a certificate asks for one, again and again, until somebody has decided."""

from typing import Final

from bank.api.state import Bank
from bank.enrolment.errors import Full, KeyUsed, OtherKind, Refused
from bank.enrolment.requests import CertificateRequest
from bank.store.pool import Connection
from bank.store.rows import one_row

MOST: Final = 32
MOST_OF_ADDRESS: Final = 8
"""A branch's machines may share one address, by a proxy; a bank enrols a few at a time."""
MOST_OF_TERMINAL: Final = 2
"""A machine that was set up anew, and the key it had before."""

_ISSUED: Final = """
select der from terminal_certificates where key_sha256 = %s and terminal = %s
  and denied_at is null and not_after > clock_timestamp()
"""
_ASK: Final = "select enrolment_ask(%s, %s, %s, %s, %s, %s, %s, %s)"


async def ask(bank: Bank, request: CertificateRequest, address: str) -> bytes | None:
    """Return the certificate (DER) that was issued to a key, or None: it waits.

    Raises:
        Refused, KeyUsed, OtherKind, Full: see the package.
        StoreUnavailable: the database did not answer.
    """

    async def asked(connection: Connection) -> bytes | str:
        issued = await issued_to(connection, request)
        if issued is not None:
            return issued
        values = (
            request.key_sha256,
            request.terminal,
            request.kind,
            request.der,
            address,
            MOST,
            MOST_OF_ADDRESS,
            MOST_OF_TERMINAL,
        )
        (outcome,) = await one_row(await connection.execute(_ASK, values))
        return str(outcome)

    outcome = await bank.pool.run(asked)
    if isinstance(outcome, bytes):
        return outcome
    match outcome:
        case "refused":
            raise Refused("the bank has refused this key")
        case "used":
            raise KeyUsed("this key has asked for something else: make a new one")
        case "other_kind":
            raise OtherKind(f"the bank knows {request.terminal} as another kind of terminal")
        case "full":
            raise Full("too many terminals wait to be enrolled")
    return None


async def issued_to(connection: Connection, request: CertificateRequest) -> bytes | None:
    """Return the good certificate of this key, if there is one. Errors: psycopg.Error."""
    values = (request.key_sha256, request.terminal)
    row = await (await connection.execute(_ISSUED, values)).fetchone()
    if row is None:
        return None
    # It is told as issued: a standby must have it too (DESIGN.md 6, trap 3).
    await connection.execute("select pg_logical_emit_message(true, 'replay', 'certificate')")
    return bytes(row[0])
