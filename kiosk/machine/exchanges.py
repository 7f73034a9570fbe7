"""What an operator does at the machine itself: the safe, and whether it serves customers."""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from kiosk.devices.storage import Storage
from kiosk.journal import Journal, JournalError
from kiosk.problems import Problem
from kiosk.recovery.book import IN_SERVICE
from kiosk.transactions.acts import Approved, Begun, Event, GivenUp, OpenSafe, SheetMade
from kiosk.transactions.company import NOBODY
from kiosk.transactions.driver import Driver
from kiosk.transactions.exchange import OPEN, Exchange, Purpose
from kiosk.transactions.hands import Teller
from kiosk.transactions.ports import MachineSettings
from kiosk.transactions.words import Word
from protocol.messages.operator import CountSheet

_LOOK_AGAIN_S: Final = 0.05


class Exchanges:
    """Exchanges over a machine's journal and device; all calls block.

    At most one exchange is open, and it stays open over every restart. ``closed``: an operator has
    taken the machine out of service.
    """

    def __init__(
        self,
        settings: MachineSettings,
        driver: Driver,
        journal: Journal,
        teller: Teller,
        busy: threading.Lock,
        fresh_uid: Callable[[], str],
        *,
        closed: bool,
    ) -> None:
        """``busy`` is held while anybody's transaction runs."""
        self._settings = settings
        self._driver = driver
        self._journal = journal
        self._teller = teller
        self._busy = busy
        self._fresh_uid = fresh_uid
        self.closed = closed

    @property
    def journal_folder(self) -> Path:
        """Where the records lie that an operator may look at."""
        return self._settings.journal

    @property
    def at_work(self) -> bool:
        """Whether customers are not to be served because of an operator."""
        return self.closed or self.open is not None

    @property
    def open(self) -> Exchange | None:
        """The exchange whose safe may be open."""
        found = [
            state
            for state in list(self._driver.states.values())
            if isinstance(state, Exchange) and state.word in OPEN
        ]
        return found[-1] if found else None

    @property
    def pending(self) -> int:
        """Advices that the bank has not acknowledged: until then its figures are behind."""
        return self._driver.forwarder.pending

    @property
    def journal_works(self) -> bool:
        """Whether the journal can still be written."""
        return not self._journal.failed

    def storage(self) -> Storage | None:
        """Return what the device has in it, or None if it doesn't say."""
        return self._teller.storage()

    def begin(self, purpose: Purpose, person: str) -> Exchange | Problem:
        """Stop the device for an exchange, or go on with the one that is open.

        ``person`` is the operator's id at the bank.
        """
        with self._busy:
            going = self.open
            if going is not None:
                return self._run(going, OpenSafe())
            if self.pending:
                return Problem.ADVICES_PENDING
            if not self.journal_works:
                return Problem.MACHINE_FAULT
            fresh = Exchange(
                uid=self._fresh_uid(),
                terminal=self._settings.terminal,
                currency=self._settings.currency,
                purpose=purpose,
                people=(person,),
            )
            return self._run(fresh, Begun(None))

    def count(self, sheet: CountSheet) -> Exchange | Problem:
        """Keep what was counted."""
        return self._go_on(SheetMade(sheet))

    def close_safe(self, people: tuple[str, ...]) -> Exchange | Problem:
        """Put the device back to work as two ``people`` have approved, and book it.

        The bank hears of it by store-and-forward: the result may still be BOOKING.
        """
        return self._go_on(Approved(people))

    def booked(self, state: Exchange, within_s: float) -> Exchange:
        """Return what has become of an exchange that is being booked, waiting a moment for it."""
        deadline = monotonic() + within_s
        while True:
            found = self._driver.states.get(state.uid, state)
            over = not isinstance(found, Exchange) or found.word is not Word.BOOKING
            if over or monotonic() >= deadline:
                return found if isinstance(found, Exchange) else state
            sleep(_LOOK_AGAIN_S)

    def give_up(self) -> Exchange | Problem:
        """Put the device back to work with its own counts, booking nothing."""
        return self._go_on(GivenUp())

    def serve(self, *, closed: bool, person: str) -> bool:
        """Take the machine out of service, or back into it; False: the journal refused."""
        word = Word.OUT_OF_SERVICE if closed else Word.IN_SERVICE
        if not self.note(word, IN_SERVICE, {"kind": "service", "person": person}):
            return False
        self.closed = closed
        return True

    def note(self, word: str, tx: str, data: dict[str, str]) -> bool:
        """Make a fact about the machine durable; False: the journal refused."""
        try:
            self._journal.append(word, tx, data)
        except JournalError:
            return False
        return True

    def _go_on(self, event: Event) -> Exchange | Problem:
        with self._busy:
            going = self.open
            return Problem.SHEET_BOOKED if going is None else self._run(going, event)

    def _run(self, state: Exchange, event: Event) -> Exchange | Problem:
        self._driver.run(state, event, NOBODY)
        found = self._driver.states[state.uid]
        if not isinstance(found, Exchange):
            return Problem.MACHINE_FAULT
        if found.failed:
            return Problem.DEVICE_FAULT if self.journal_works else Problem.MACHINE_FAULT
        return found
