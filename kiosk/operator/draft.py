"""The count sheet while it is being typed.

Fields are counted from the first cassette on: of each what was found and, at a replenishment, what
is in it now; at last the sum of the bins.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.devices.storage import Storage
from kiosk.operator.screens import Purpose, SheetEntry, SheetLine
from kiosk.problems import Problem
from protocol.money import exponent

if TYPE_CHECKING:
    from protocol.messages.operator import CountSheet

NOTES_DIGITS = 4
BINS_DIGITS = 7


@dataclass(frozen=True)
class Draft:
    """What was typed so far; ``at`` is the field that digits go to."""

    purpose: Purpose
    lines: tuple[SheetLine, ...]
    bins: str = ""
    at: int = 0

    @property
    def per_line(self) -> int:
        """Fields of a cassette."""
        return 2 if self.purpose == "replenish" else 1

    @property
    def fields(self) -> int:
        """How many fields there are."""
        return len(self.lines) * self.per_line + 1


def begin(purpose: Purpose, storage: Storage) -> Draft:
    """An empty sheet for the cassettes of a machine."""
    lines = tuple(
        SheetLine(each.unit, each.denomination_minor, each.capacity, "", "")
        for each in storage.cassettes
    )
    return Draft(purpose, lines)


def pick(draft: Draft, at: int) -> Draft:
    """Go to a field; one that is not there changes nothing."""
    return replace(draft, at=at) if 0 <= at < draft.fields else draft


def go_on(draft: Draft) -> Draft:
    """Go to the next field that is empty, or to the last."""
    empty = [n for n in range(draft.fields) if not _text(draft, n)]
    later = [n for n in empty if n > draft.at] or empty
    return replace(draft, at=later[0] if later else draft.fields - 1)


def typed(draft: Draft, text: str) -> Draft:
    """Replace the field's text; what is no number, or too long, changes nothing."""
    bins = draft.at == draft.fields - 1
    most = BINS_DIGITS if bins else NOTES_DIGITS
    if len(text) > most or (text and not (text.isascii() and text.isdecimal())):
        return draft
    text = str(int(text)) if text else ""
    if bins:
        return replace(draft, bins=text)
    place, second = divmod(draft.at, draft.per_line)
    line = draft.lines[place]
    line = replace(line, loaded=text) if second else replace(line, found=text)
    return replace(draft, lines=(*draft.lines[:place], line, *draft.lines[place + 1 :]))


def problem(draft: Draft) -> Problem | None:
    """What is wrong with the sheet so far, apart from what is missing."""
    above = any(
        int(count or 0) > line.capacity
        for line in draft.lines
        for count in (line.found, line.loaded)
    )
    return Problem.ABOVE_CAPACITY if above else None


def is_whole(draft: Draft) -> bool:
    """Whether every field is filled, within what a cassette holds."""
    return problem(draft) is None and all(_text(draft, n) for n in range(draft.fields))


def screen(draft: Draft) -> SheetEntry:
    """The sheet as it is shown."""
    return SheetEntry(
        purpose=draft.purpose,
        lines=draft.lines,
        bins=draft.bins,
        at=draft.at,
        can_go_on=is_whole(draft),
        problem=problem(draft),
    )


def sheet(draft: Draft, exchange: str, currency: str, ledger_minor: int) -> "CountSheet":
    """The sheet of a draft that is whole."""
    # Late: the first frame comes before pydantic is loaded, and a count long after it.
    from protocol.messages.operator import CountSheet, SheetRow

    return CountSheet(
        exchange=exchange,
        purpose=draft.purpose,
        currency=currency,
        rows=tuple(
            SheetRow(
                unit=line.unit,
                denomination_minor=line.denomination_minor,
                found=int(line.found),
                loaded=int(line.loaded if draft.purpose == "replenish" else line.found),
            )
            for line in draft.lines
        ),
        bins_minor=int(draft.bins) * 10 ** exponent(currency),
        ledger_minor=ledger_minor,
    )


def again(counted: "CountSheet", storage: Storage) -> Draft:
    """A draft with what was counted before, to be changed."""
    before = {row.unit: row for row in counted.rows}
    draft = begin(counted.purpose, storage)
    lines = tuple(
        replace(
            line,
            found=str(before[line.unit].found),
            loaded=str(before[line.unit].loaded) if counted.purpose == "replenish" else "",
        )
        if line.unit in before
        else line
        for line in draft.lines
    )
    return replace(
        draft, lines=lines, bins=str(counted.bins_minor // 10 ** exponent(counted.currency))
    )


def _text(draft: Draft, at: int) -> str:
    if at == draft.fields - 1:
        return draft.bins
    place, second = divmod(at, draft.per_line)
    line = draft.lines[place]
    return line.loaded if second else line.found
