"""A PIN proof over the exact bytes of a movement's order or of an act (PIN.md 5)."""

from enum import Enum
from typing import Final, Literal
from uuid import UUID

from bank.api.state import Bank
from bank.pin import store
from bank.pin.checking import check_proof
from bank.pin.errors import BadChallenge, ChallengeExpired, Rejected, Replayed
from protocol.encoding import b64url_decode
from protocol.ids import uid_bytes
from protocol.messages.pin import PinProof
from protocol.pin.context import Context, digest

_CREDENTIAL: Final = "select account from credentials where customer = %s and status = 'active'"


class Verdict(Enum):
    """What became of a proof over a body."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"
    """Refused, and it was the last try."""


async def check_body_proof(
    bank: Bank,
    *,
    customer: UUID,
    purpose: Literal["txn", "staff-act"],
    body: bytes,
    uid: str,
    terminal: str,
    terminal_cert_sha256: bytes,
    proof: PinProof,
) -> Verdict:
    """Say whether `customer` proved the PIN over `body` at this terminal.

    The token's nonce is burnt in a commit of its own and tied to `uid`: the same proof for the
    same body and uid is a retry, on either server and at any time; for another it is refused.

    Raises:
        StoreUnavailable: the database did not answer; ask again with the same bytes.
    """
    async with bank.pool.connection() as connection:
        row = await (await connection.execute(_CREDENTIAL, (customer,))).fetchone()
    if row is None:
        return Verdict.REFUSED
    account: bytes = row[0]
    context = Context(
        purpose=purpose,
        realm=bank.config.realm,
        account=account,
        terminal_id=terminal,
        terminal_cert_hash=terminal_cert_sha256,
        factor1=b"",
        body_digest=digest(body),
    )
    token, data = b64url_decode(proof.token), b64url_decode(proof.proof)
    try:
        held = await check_proof(bank, context, token, data, uid)
    except (BadChallenge, ChallengeExpired, Replayed):
        return Verdict.REFUSED
    except Rejected as error:
        return Verdict.LOCKED if error.tries_left == 0 else Verdict.REFUSED
    kept = None
    if purpose == "txn":
        kept = store.KeptProof(
            terminal=terminal,
            uid=UUID(bytes=uid_bytes(uid)),
            realm=bank.config.realm,
            verifier=held.verifier,
            token=token,
            proof=data,
        )
    succeeded = await bank.pool.run(
        lambda connection: store.succeed(
            connection, terminal_cert_sha256, account, held.nonce, held.ver, kept
        )
    )
    return Verdict.ACCEPTED if succeeded else Verdict.REFUSED
