"""The journal's records read back into transactions; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from kiosk.journal import TAIL_LOST, Record, Signed, Standing
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.exchange import Exchange
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import FINAL, UNDECIDED, Word

AnyTransaction = Withdrawal | Deposit | Transfer | Exchange
IN_SERVICE: Final = "service"
"""Stands in place of a transaction in records of the machine's being in or out of service."""


@dataclass(slots=True)
class Book:
    """Transactions by uid, with their own request and the last one signed for each.

    ``tail_lost`` names those that were not at their end when a tail was lost: a later record of
    theirs may have been in it. ``closed``: an operator has taken the machine out of service.
    """

    states: dict[str, AnyTransaction] = field(default_factory=dict)
    own: dict[str, Signed] = field(default_factory=dict)
    last: dict[str, Signed] = field(default_factory=dict)
    tail_lost: set[str] = field(default_factory=set)
    closed: bool = False

    def undecided(self) -> list[AnyTransaction]:
        """Return what recovery must decide, oldest first."""
        return [state for state in self.states.values() if state.word in UNDECIDED]

    def unacknowledged(self) -> list[str]:
        """Return the transactions whose last request the bank has not acknowledged."""
        return [
            uid
            for uid, state in self.states.items()
            if uid in self.last
            and state.word not in UNDECIDED
            and (state.word not in FINAL or is_unreported(state))
        ]


def is_unreported(state: AnyTransaction) -> bool:
    """Return whether the state is a case that the bank has not acknowledged."""
    if not isinstance(state, Withdrawal | Deposit):
        return False
    return state.word is Word.SUSPENDED and not state.reported


def standing(record: Record) -> Standing:
    """Return what a transaction's record says of its future, for the journal's keeping."""
    if Word(record.word) not in FINAL:
        return Standing.OPEN
    if record.tx == IN_SERVICE:
        return Standing.KEPT if record.word == Word.OUT_OF_SERVICE else Standing.OVER
    state = _state(record)
    if is_unreported(state):
        return Standing.OPEN
    if not isinstance(state, Withdrawal | Deposit):
        return Standing.OVER
    stuck = state.word is Word.SUSPENDED and state.stuck
    return Standing.KEPT if stuck else Standing.OVER


def read_book(records: Iterable[Record]) -> Book:
    """Return the transactions of a journal."""
    book = Book()
    for record in records:
        if record.word == TAIL_LOST:
            book.tail_lost |= {s.uid for s in book.states.values() if s.word in UNDECIDED}
        if record.tx == IN_SERVICE:
            book.closed = record.word == Word.OUT_OF_SERVICE
        if not record.tx or record.tx == IN_SERVICE:
            continue
        book.states[record.tx] = _state(record)
        if record.signed is not None:
            book.last[record.tx] = record.signed
            if record.signed.uid == record.tx:
                book.own[record.tx] = record.signed
    return book


def _state(record: Record) -> AnyTransaction:
    word = Word(record.word)
    match record.data["kind"]:
        case "withdrawal":
            return Withdrawal.from_data(word, record.data)
        case "deposit":
            return Deposit.from_data(word, record.data)
        case "exchange":
            return Exchange.from_data(word, record.data)
        case _:
            return Transfer.from_data(word, record.data)
