"""The proof that whoever registers a verifier knows the PIN behind it (PIN.md 5)."""

from dataclasses import dataclass

import anyio.to_thread

from bank.api.peer import Peer
from bank.api.state import Bank
from bank.pin.checking import burn_token
from bank.pin.errors import BadChallenge, Rejected
from bank.pin.tickets import Ticket
from protocol.errors import ProofRejected
from protocol.pin.context import Context, digest
from protocol.pin.verifier import verify_proof


@dataclass(frozen=True, slots=True)
class Registration:
    """A new verifier (33 bytes) with token (110) and proof (64) of purpose ``pin-register``.

    `record` is the signed ticket that `ticket` was read from.
    """

    ticket: Ticket
    record: bytes
    verifier: bytes
    token: bytes
    proof: bytes


async def check_registration(bank: Bank, peer: Peer, asked: Registration) -> bytes:
    """Return the token's nonce if the proof holds; it is burnt, tied to the ticket's uid.

    Raises:
        BadChallenge, ChallengeExpired, Replayed, Rejected: see the package.
        StoreUnavailable: the database did not answer; ask again with the same bytes.
    """
    context = Context(
        purpose="pin-register",
        realm=bank.config.realm,
        account=asked.ticket.account,
        terminal_id=peer.terminal.id,
        terminal_cert_hash=peer.certificate_sha256,
        factor1=b"",
        body_digest=digest(asked.record),
    )
    # Tied to the ticket's uid: the same bytes again, at any server, are a retry.
    head, _ = await burn_token(bank, context, asked.token, asked.proof, asked.ticket.uid)
    if head.ver != asked.ticket.ver:
        raise BadChallenge("a token for another version")
    try:
        await anyio.to_thread.run_sync(
            verify_proof, context, asked.token, asked.proof, asked.verifier, limiter=bank.cpu
        )
    except ProofRejected as error:
        raise Rejected from error
    return head.nonce
