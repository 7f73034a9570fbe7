"""From a signed request to its stored decision, in the order of MONEY.md 1."""

from dataclasses import replace
from uuid import UUID

from bank.api.peer import CHAIN_REFUSED, Peer
from bank.api.state import Bank
from bank.ledger.item import Item
from bank.ledger.statement import Decision, replay
from bank.movements.errors import ChainRefused, TerminalDenied
from bank.movements.starts import room_for_a_start
from bank.movements.verify import Verified, verify
from bank.pin.proofs import Verdict, check_body_proof
from bank.store.pool import Connection
from protocol.messages.money import ADVICES, MovementRequest
from protocol.messages.pin import PinProof


async def submit(bank: Bank, peer: Peer, request: MovementRequest) -> Decision:
    """Return the decision about a request, made now or long ago.

    Raises:
        BadMovement, NotSigned, TerminalDenied, ChainRefused: nothing was decided.
        OtherBody, Overloaded: nothing was decided now.
        StoreUnavailable: whether it was decided is unknown; the same bytes may be sent again.
    """
    verified = await verify(bank.terminals, peer.terminal.id, request.jws)
    item = verified.item
    if item.kind not in ADVICES and item.kind != "settle":
        # The money statement looks the uid up too; here, before what a replay must not go through.
        if request.pin is not None or not (peer.terminal.active and peer.terminal.chain_known):
            known = await _replay(bank, item)
            if known is not None:
                return known
        if not peer.terminal.active:
            raise TerminalDenied("this terminal may start nothing new")
        if not peer.terminal.chain_known:
            raise ChainRefused(CHAIN_REFUSED)
        if request.pin is not None:
            item = await _proven(bank, peer, verified, request.pin)
        with room_for_a_start(bank.starts):
            return await bank.ledger.submit(item)
    return await bank.ledger.submit(item)


async def _replay(bank: Bank, item: Item) -> Decision | None:
    return await bank.pool.run(
        lambda connection: replay(connection, item.terminal, item.uid, item.signed.body_hash)
    )


async def _proven(bank: Bank, peer: Peer, verified: Verified, proof: PinProof) -> Item:
    """Return the item with what was found out about its PIN proof."""
    item = verified.item

    async def whose(connection: Connection) -> UUID | None:
        cursor = await connection.execute(
            "SELECT customer FROM sessions WHERE id_hash = %s AND terminal = %s"
            " AND ended_at IS NULL AND idle_until > clock_timestamp()"
            " AND expires_at > clock_timestamp()",
            [item.session, item.terminal],
        )
        row = await cursor.fetchone()
        return None if row is None else row[0]

    customer = await bank.pool.run(whose)
    if customer is None:
        return item  # the money statement refuses it and stores that
    verdict = await check_body_proof(
        bank,
        customer=customer,
        purpose="txn",
        body=verified.order_bytes,
        uid=verified.order.uid,
        terminal=peer.terminal.id,
        terminal_cert_sha256=peer.certificate_sha256,
        proof=proof,
    )
    if verdict is Verdict.ACCEPTED:
        return replace(item, pin="accepted", customer=customer)
    return replace(item, pin="refused")
