"""A new chain for a machine whose journal was lost, is damaged or an old copy (MONEY.md 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.journal import ChainHead, JournalUnusable
from kiosk.journal.journal import GENESIS, read_sound, take_lock
from kiosk.journal.renewing import begin, put_aside
from kiosk.machine.greeting import greeting
from kiosk.recovery import read_book
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.chains import NewChain
from protocol.messages.terminal import HelloAnswer, HelloRequest


class Greeter(Protocol):
    """The bank, as far as it is needed here."""

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Exchange chain heads. Raises: BankError."""


class JournalIsSound(Exception):
    """The journal can be read and the bank knows it: there is nothing to begin anew."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was done. ``aside``: where the old files are; ``new``: what two people have to approve.

    ``new`` is None where the bank knows no request of this machine, so that nobody has to.
    """

    why: str
    aside: Path | None
    new: NewChain | None


def begin_new_chain(
    folder: Path, terminal: str, bank: Greeter, *, chain: str, now_s: Callable[[], int]
) -> Begun:
    """Put the journal in ``folder`` aside and begin a new one, of ``chain``.

    A chain that was begun already and waits for two people is left as it is.

    Raises:
        JournalIsSound: nothing was changed.
        JournalUnusable: another process uses it, or the folder can't be written.
        BankError: the bank gave no answer; nothing was changed.
        OSError: the disk refused; run it again.
    """
    lock = take_lock(folder)
    try:
        try:
            records, head = read_sound(folder, terminal)
        except JournalUnusable as error:
            why = str(error)
        else:
            why = "There is no journal."
            if records:
                book = read_book(records)
                told = greeting(head, book.states.values(), len(book.unacknowledged()), None)
                answer = bank.hello(told)
                if answer.standing == "known":
                    raise JournalIsSound
                if answer.known_head == told.head and answer.known_seq == told.seq:
                    new = _asked(terminal, head)
                    return Begun("It was begun before.", None, new)
                why = f"To the bank this journal is {answer.standing}."
        # Nobody knows the open holds any more: at the bank each becomes a case.
        known = bank.hello(_told(ChainHead(chain, 0, GENESIS, 0)))
        follows = None
        if known.standing != "known" and known.known_head is not None:
            last = b64url_decode(known.known_head)
            follows = ChainHead(known.known_chain or "", known.known_seq, last, known.known_seq)
        aside = put_aside(folder)
        begin(folder, terminal, follows, chain, now_s())
        if follows is None:
            return Begun(why, aside, None)
        head = ChainHead(chain, follows.seq, follows.head, follows.seq)
        bank.hello(_told(head))
        return Begun(why, aside, _asked(terminal, head))
    finally:
        lock.release()


def _asked(terminal: str, head: ChainHead) -> NewChain:
    return NewChain(
        terminal=terminal, chain=head.chain, seq=head.seq, head=b64url_encode(head.head)
    )


def _told(head: ChainHead) -> HelloRequest:
    return greeting(head, (), 0, None)
