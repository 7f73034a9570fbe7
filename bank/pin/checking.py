"""What every finished proof goes through: the token, its nonce, and always two verifications."""

import hashlib
from dataclasses import dataclass

import anyio.to_thread

from bank.api.state import Bank
from bank.pin import store
from bank.pin.errors import BadChallenge, ChallengeExpired, Lock, Rejected, Replayed
from protocol.encoding import v
from protocol.errors import BadToken, ProofRejected
from protocol.ids import uid_bytes
from protocol.pin.context import Context
from protocol.pin.token import TokenHead, check_token, parse_token
from protocol.pin.verifier import Matched, stand_in_verifier, verify_either
from protocol.references import reference


@dataclass(frozen=True)
class Held:
    """A proof that held: the token's nonce, the credential's version and its verifier."""

    nonce: bytes
    ver: int
    verifier: bytes


async def check_proof(
    bank: Bank, context: Context, token: bytes, proof: bytes, uid: str | None = None
) -> Held:
    """Burn the token's nonce and return if the proof holds.

    With a `uid` the same token and proof for the same body may come again. The nonce is burnt, and
    that is committed, before the proof is looked at. The work is the same whether the credential
    exists or not. Tries are not given back here: that also looks whether the version still stands.

    Raises:
        BadChallenge, ChallengeExpired, Replayed: the token; nothing was verified.
        Rejected: the proof does not hold.
        StoreUnavailable: the database did not answer; the nonce may be burnt.
    """
    head, burnt = await burn_token(bank, context, token, proof, uid)
    stand_in = await anyio.to_thread.run_sync(
        stand_in_verifier,
        bank.keys.oprf_seeds[bank.keys.active_seed],
        head.ver,
        context.account,
        limiter=bank.cpu,
    )
    holds = await anyio.to_thread.run_sync(
        _holds,
        context,
        token,
        proof,
        burnt.verifier or stand_in,
        burnt.duress or stand_in,
        limiter=bank.cpu,
    )
    if not holds:
        lock = lock_of(burnt.unlock, head.nonce) if burnt.unlock else None
        raise Rejected(burnt.tries_left, lock)
    return Held(head.nonce, head.ver, burnt.verifier or stand_in)


async def burn_token(
    bank: Bank, context: Context, token: bytes, proof: bytes, uid: str | None
) -> tuple[TokenHead, store.Burnt]:
    """Burn the nonce of an authentic token, durably, and return what the bank knows of its account.

    Raises:
        BadChallenge, ChallengeExpired, Replayed, StoreUnavailable: as `check_proof`.
    """
    head = _authentic(bank, context, token)
    asked = store.Burn(
        terminal_cert=context.terminal_cert_hash,
        account=context.account,
        purpose=context.purpose,
        nonce=head.nonce,
        issuer=head.issuer,
        expiry_s=head.expiry_s,
        uid=uid_bytes(uid) if uid else None,
        body=_body(context, token, proof) if uid else None,
    )
    burnt = await bank.pool.run(lambda connection: store.burn(connection, asked))
    match burnt.outcome:
        case "expired":
            raise ChallengeExpired("the token's time is over")
        case "replayed":
            raise Replayed("the token was used before")
        case "unknown" | "denied":
            raise BadChallenge("no such start, or its server is denied")
    return head, burnt


def lock_of(unlock: store.Unlock, nonce: bytes) -> Lock:
    """Return the lock to tell of; its reference is made of the challenge's nonce."""
    return Lock(unlock, reference(nonce[:16].hex()))


def _authentic(bank: Bank, context: Context, token: bytes) -> TokenHead:
    try:
        # Its time is judged where the nonce is burnt, by the database's clock.
        return check_token(bank.keys.mac_keys, token, context, parse_token(token).expiry_s)
    except BadToken as error:
        raise BadChallenge(str(error)) from error


def _body(context: Context, token: bytes, proof: bytes) -> bytes:
    # What "the same bytes again" means for a nonce that is tied to a uid.
    return hashlib.sha256(v(token) + v(proof) + v(context.body_digest)).digest()


def _holds(context: Context, token: bytes, proof: bytes, verifier: bytes, duress: bytes) -> bool:
    try:
        matched = verify_either(context, token, proof, verifier, duress)
    except ProofRejected:
        return False
    # No duress PIN is registered: its verifier is an element whose logarithm nobody knows.
    return matched is Matched.PIN
