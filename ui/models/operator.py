"""Facts of an operator's screens."""

from datetime import datetime

from PySide6.QtQml import QmlElement

from kiosk.operator.screens import (
    ExchangeDone,
    JournalLine,
    JournalView,
    MachineCounts,
    OperatorMenu,
    OperatorQuestion,
    SecondPerson,
    SelfTest,
    SheetEntry,
    SheetReview,
)
from ui import operator_words
from ui.models.facts import Facts, Row, Sums, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

ROWS = 4
"""Cassettes of a count sheet that are drawn at once, beside the bins."""


def _time(at_s: int) -> str:
    # The time of the wall beside the machine, as an operator reads it.
    return f"{datetime.fromtimestamp(at_s).astimezone():%m-%d %H:%M:%S}"


def _signed(amount_minor: int, sums: Sums) -> str:
    return ("+" if amount_minor > 0 else "") + sums.written(amount_minor)


@QmlElement
class OperatorMenuFacts(Facts):
    """What there is to do, and how the machine stands."""

    firstName = fact(OperatorMenu, str, lambda s, _: s.first_name)
    closed = fact(OperatorMenu, bool, lambda s, _: s.closed)
    exchange = fact(OperatorMenu, str, lambda s, _: s.exchange or "")
    pending = fact(OperatorMenu, int, lambda s, _: s.pending)
    canReboot = fact(OperatorMenu, bool, lambda s, _: s.can_reboot)
    problem = fact(OperatorMenu, str, lambda s, _: operator_words.problem(s.problem))


@QmlElement
class OperatorQuestionFacts(Facts):
    """What is asked before it is done."""

    title = fact(OperatorQuestion, str, lambda s, _: operator_words.question(s.act)[0])
    about = fact(OperatorQuestion, str, lambda s, _: operator_words.question(s.act)[1])
    button = fact(OperatorQuestion, str, lambda s, _: operator_words.question(s.act)[2])


def _cassettes(screen: MachineCounts, sums: Sums) -> list[Row]:
    return [
        {
            "name": f"{each.unit}  {sums.cash(each.denomination_minor)}",
            "loaded": f"{each.loaded:,}",
            "count": f"{each.count:,}",
            "gone": f"{each.gone:,}",
            "paid": "–" if each.paid is None else f"{each.paid:,}",
            "differs": each.paid is not None and each.paid != each.gone,
            "low": each.low or not each.usable,
        }
        for each in screen.cassettes
    ]


def _bins(screen: MachineCounts, sums: Sums) -> list[Row]:
    return [
        {
            "name": operator_words.bin_name(each.kind),
            "device": sums.written(each.device_minor),
            "journal": "" if each.journal_minor is None else sums.written(each.journal_minor),
            "differs": each.journal_minor is not None and each.journal_minor != each.device_minor,
        }
        for each in screen.bins
    ]


@QmlElement
class MachineCountsFacts(Facts):
    """The device beside the journal."""

    cassettes = fact(MachineCounts, list, _cassettes)
    bins = fact(MachineCounts, list, _bins)
    total = fact(MachineCounts, str, lambda s, sums: sums.written(s.total_minor))
    since = fact(MachineCounts, str, lambda s, _: "" if s.since_s is None else _time(s.since_s))
    doubt = fact(MachineCounts, str, lambda s, sums: sums.written(s.in_doubt_minor or None))


def _lines(screen: SheetEntry, sums: Sums) -> list[Row]:
    """The cassettes about the field being typed; of each its fields' numbers."""
    per_line = 2 if screen.purpose == "replenish" else 1
    here = min(screen.at // per_line, len(screen.lines) - 1)
    first = max(0, min(here - ROWS + 2, len(screen.lines) - ROWS))
    return [
        {
            "name": f"{line.unit}  {sums.cash(line.denomination_minor)}",
            "found": line.found,
            "loaded": line.loaded,
            "foundAt": number * per_line,
            "loadedAt": number * per_line + 1 if per_line == 2 else -1,
            "above": any(int(text or 0) > line.capacity for text in (line.found, line.loaded)),
        }
        for number, line in list(enumerate(screen.lines))[first : first + ROWS]
    ]


def _text(screen: SheetEntry) -> str:
    per_line = 2 if screen.purpose == "replenish" else 1
    place, second = divmod(screen.at, per_line)
    if place >= len(screen.lines):
        return screen.bins
    line = screen.lines[place]
    return line.loaded if second else line.found


@QmlElement
class SheetEntryFacts(Facts):
    """The count sheet while it is typed."""

    replenish = fact(SheetEntry, bool, lambda s, _: s.purpose == "replenish")
    lines = fact(SheetEntry, list, _lines)
    bins = fact(SheetEntry, str, lambda s, sums: sums.typed(s.bins) if s.bins else "")
    binsAt = fact(
        SheetEntry, int, lambda s, _: len(s.lines) * (2 if s.purpose == "replenish" else 1)
    )
    at = fact(SheetEntry, int, lambda s, _: s.at)
    text = fact(SheetEntry, str, lambda s, _: _text(s))
    shorter = fact(SheetEntry, str, lambda s, _: _text(s)[:-1])
    whole = fact(SheetEntry, bool, lambda s, _: s.can_go_on)
    problem = fact(SheetEntry, str, lambda s, _: operator_words.problem(s.problem))


def _review(screen: SheetReview, sums: Sums) -> list[Row]:
    return [
        {
            "name": f"{line.unit}  {sums.cash(line.denomination_minor)}",
            "found": f"{line.found:,}",
            "loaded": f"{line.loaded:,}",
            "change": f"{line.loaded - line.found:+,}".replace("-", "\N{MINUS SIGN}")
            if line.loaded != line.found
            else "",
        }
        for line in screen.lines
    ]


@QmlElement
class SheetReviewFacts(Facts):
    """What was counted beside the ledger."""

    replenish = fact(SheetReview, bool, lambda s, _: s.purpose == "replenish")
    lines = fact(SheetReview, list, _review)
    bins = fact(SheetReview, str, lambda s, sums: sums.written(s.bins_minor))
    found = fact(SheetReview, str, lambda s, sums: sums.written(s.found_minor))
    loaded = fact(SheetReview, str, lambda s, sums: sums.written(s.loaded_minor))
    ledger = fact(SheetReview, str, lambda s, sums: sums.written(s.ledger_minor))
    difference = fact(SheetReview, str, lambda s, sums: _signed(s.difference_minor, sums))
    differs = fact(SheetReview, bool, lambda s, _: s.difference_minor != 0)
    held = fact(SheetReview, str, lambda s, sums: sums.written(s.held_minor or None))
    problem = fact(SheetReview, str, lambda s, _: operator_words.problem(s.problem))


@QmlElement
class SecondPersonFacts(Facts):
    """What another operator is asked to approve."""

    replenish = fact(SecondPerson, bool, lambda s, _: s.purpose == "replenish")
    found = fact(SecondPerson, str, lambda s, sums: sums.written(s.found_minor))
    loaded = fact(SecondPerson, str, lambda s, sums: sums.written(s.loaded_minor))
    stage = fact(SecondPerson, str, lambda s, _: s.stage)
    problem = fact(SecondPerson, str, lambda s, _: operator_words.problem(s.problem))


@QmlElement
class ExchangeDoneFacts(Facts):
    """How an exchange ended."""

    replenish = fact(ExchangeDone, bool, lambda s, _: s.purpose == "replenish")
    found = fact(ExchangeDone, str, lambda s, sums: sums.written(s.found_minor))
    loaded = fact(ExchangeDone, str, lambda s, sums: sums.written(s.loaded_minor))
    difference = fact(ExchangeDone, str, lambda s, sums: _signed(s.difference_minor, sums))
    differs = fact(ExchangeDone, bool, lambda s, _: s.difference_minor != 0)
    cases = fact(ExchangeDone, str, lambda s, _: ", ".join(s.cases))
    pending = fact(ExchangeDone, int, lambda s, _: s.pending)


@QmlElement
class SelfTestFacts(Facts):
    """Each part, how it was found, and how bad that is."""

    checks = fact(
        SelfTest,
        list,
        lambda s, _: [
            {
                "part": operator_words.part(check.part),
                "finding": operator_words.finding(check),
                "verdict": check.verdict.value,
            }
            for check in s.checks
        ],
    )


def _record(line: JournalLine, sums: Sums) -> Row:
    return {
        "seq": str(line.seq),
        "time": _time(line.at_s),
        "kind": operator_words.kind(line.kind),
        "word": operator_words.record(line),
        "reference": line.reference,
        "amount": sums.written(line.amount_minor),
    }


@QmlElement
class JournalViewFacts(Facts):
    """A page of the journal."""

    lines = fact(JournalView, list, lambda s, sums: [_record(each, sums) for each in s.lines])
    page = fact(JournalView, int, lambda s, _: s.page)
    hasNewer = fact(JournalView, bool, lambda s, _: s.has_newer)
    hasOlder = fact(JournalView, bool, lambda s, _: s.has_older)
