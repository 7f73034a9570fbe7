"""What an operator does at a machine: counts its cash, fills it, and has that approved.

An *exchange* is the time between opening the safe and closing it. It ends with a count sheet that
two operators approve, each by an act with a PIN proof over the same sheet (``messages.staff``).
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from protocol.messages.fields import Currency, Message, Seconds, TerminalId, Uid

MOST_NOTES = 9_999
MOST_CASSETTES = 12
Unit = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,16}$")]
NoteCount = Annotated[int, Field(ge=0, le=MOST_NOTES)]
Sum = Annotated[int, Field(ge=0, le=10**12)]


class SheetRow(Message):
    """A cassette: notes ``found`` in it, and notes ``loaded``, which are in it now."""

    unit: Unit
    denomination_minor: Annotated[int, Field(ge=1, le=10**7)]
    found: NoteCount
    loaded: NoteCount


class CountSheet(Message):
    """What was counted in a machine, and what is in it now.

    ``purpose`` balance: nothing was taken out or put in, so ``loaded`` is ``found`` and the bins
    still hold ``bins_minor``; replenish: the bins (reject, retract, deposit) were emptied.
    ``ledger_minor`` is what the ledger had in the machine when the sheet was made.
    """

    exchange: Uid
    purpose: Literal["replenish", "balance"]
    currency: Currency
    rows: Annotated[tuple[SheetRow, ...], Field(min_length=1, max_length=MOST_CASSETTES)]
    bins_minor: Sum
    ledger_minor: Annotated[int, Field(ge=-(10**12), le=10**12)]

    @property
    def found_minor(self) -> int:
        """All that was counted in the machine."""
        return sum(row.denomination_minor * row.found for row in self.rows) + self.bins_minor

    @property
    def loaded_minor(self) -> int:
        """What can be paid out from now on."""
        return sum(row.denomination_minor * row.loaded for row in self.rows)

    @property
    def difference_minor(self) -> int:
        """Counted beyond the ledger, or below it: negative."""
        return self.found_minor - self.ledger_minor


class CashAnswer(Message):
    """``GET /v1/operator/cash``: what the ledger has in this machine.

    ``held_minor``: open holds; notes of theirs may or may not be in the machine.
    """

    terminal: TerminalId
    currency: Currency
    ledger_minor: int
    loaded_minor: int
    paid_minor: int
    taken_minor: int
    held_minor: int
    open_cases: int
    as_of: Seconds
