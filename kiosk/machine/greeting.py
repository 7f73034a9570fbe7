"""The exchange at boot: what the journal says of itself. The bank says whether it knows it so."""

from collections.abc import Iterable

from kiosk.cash.cassettes import stock
from kiosk.cash.notes import bundle, tally
from kiosk.devices.status import DeviceStatus
from kiosk.journal import ChainHead
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import FINAL, Word
from protocol.encoding import b64url_encode
from protocol.messages.terminal import HelloRequest

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
        head_seq=head.head_seq,
        open_holds=tuple(open_holds[:MAX_OPEN_HOLDS]),
        pending=pending,
        cassettes={} if status is None else tally(bundle(stock(status.cassettes))),
    )
