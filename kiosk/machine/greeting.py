"""The exchange at boot: what the journal says of itself, and whether the bank knows it so."""

from collections.abc import Iterable

from kiosk.cash.cassettes import stock
from kiosk.cash.notes import bundle, tally
from kiosk.devices.status import DeviceStatus
from kiosk.journal import ChainHead
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import FINAL, Word
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.terminal import HelloAnswer, HelloRequest

MAX_OPEN_HOLDS = 1000


def greeting(
    head: ChainHead, states: Iterable[object], pending: int, status: DeviceStatus | None
) -> HelloRequest:
    """Return what the kiosk tells the bank at boot."""
    open_holds = [
        state.uid
        for state in states
        if isinstance(state, Withdrawal)
        and (state.word not in FINAL or state.word is Word.SUSPENDED)
    ]
    return HelloRequest(
        chain=head.chain,
        seq=head.seq,
        head=b64url_encode(head.head),
        open_holds=tuple(open_holds[:MAX_OPEN_HOLDS]),
        pending=pending,
        cassettes={} if status is None else tally(bundle(stock(status.cassettes))),
    )


def is_our_chain(head: ChainHead, answer: HelloAnswer) -> bool:
    """Return whether the bank's idea of this terminal's chain fits the journal.

    It doesn't if the bank knows another chain, or requests this journal does not have: then the
    journal was lost or is an old copy, and two people must open a new chain (MONEY.md 7).
    """
    if answer.known_chain is None:
        return True
    if answer.known_chain != head.chain or answer.known_seq > head.seq:
        return False
    if answer.known_seq < head.seq or answer.known_head is None:
        return True
    return b64url_decode(answer.known_head) == head.head
