"""What an operator's screens show: facts only, and nothing of any customer's.

Sums are minor units of the session's currency, times Unix seconds by the machine's clock.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kiosk.devices.storage import BinKind
from kiosk.problems import Problem

Purpose = Literal["replenish", "balance"]
Act = Literal["out_of_service", "in_service", "restart", "reboot", "give_up"]


class Part(StrEnum):
    """What a self-test looks at."""

    READER = "reader"
    DISPENSER = "dispenser"
    ACCEPTOR = "acceptor"
    PRINTER = "printer"
    BANK = "bank"
    CLOCK = "clock"
    DISK = "disk"
    JOURNAL = "journal"


class Verdict(StrEnum):
    """How a part was found."""

    GOOD = "good"
    WATCH = "watch"  # it works, and somebody should look after it
    BAD = "bad"
    ABSENT = "absent"  # this machine has none


@dataclass(frozen=True)
class OperatorMenu:
    """What to do. ``closed``: taken out of service; ``exchange``: the purpose of the one that is
    open, if one is; ``pending``: advices that the bank has not acknowledged.
    """

    first_name: str
    closed: bool
    exchange: Purpose | None
    pending: int
    can_reboot: bool
    problem: Problem | None = None


@dataclass(frozen=True)
class OperatorQuestion:
    """Asked before it is done."""

    act: Act


@dataclass(frozen=True)
class CassetteCount:
    """A cassette by the device's counts, and by the journal's.

    ``gone`` left it since the last exchange by the device; ``paid`` were paid out by the journal,
    None where the journal knows of no exchange.
    """

    unit: str
    denomination_minor: int
    loaded: int
    count: int
    gone: int
    paid: int | None
    capacity: int
    low: bool
    usable: bool


@dataclass(frozen=True)
class BinCount:
    """A bin by the device's count, and by the journal's where the journal can tell."""

    kind: BinKind
    device_minor: int
    journal_minor: int | None


@dataclass(frozen=True)
class MachineCounts:
    """What the device says it holds, beside what the journal says has passed.

    ``since_s``: the last exchange, None before the first. ``in_doubt_minor``: suspended movements
    since then, whose notes may be anywhere.
    """

    cassettes: tuple[CassetteCount, ...]
    bins: tuple[BinCount, ...]
    total_minor: int
    since_s: int | None
    in_doubt_minor: int


@dataclass(frozen=True)
class SheetLine:
    """A cassette on the count sheet: notes as typed, "" for nothing yet."""

    unit: str
    denomination_minor: int
    capacity: int
    found: str
    loaded: str


@dataclass(frozen=True)
class SheetEntry:
    """The count sheet is typed. ``at``: the field being typed, counted as ``draft`` does.

    ``bins``: whole major units found in reject, retract and deposit bin together.
    """

    purpose: Purpose
    lines: tuple[SheetLine, ...]
    bins: str
    at: int
    can_go_on: bool
    problem: Problem | None = None


@dataclass(frozen=True)
class ReviewLine:
    """A cassette as it was counted, and as it is now."""

    unit: str
    denomination_minor: int
    found: int
    loaded: int


@dataclass(frozen=True)
class SheetReview:
    """What was counted beside the ledger, before two people approve it.

    ``difference_minor``: counted beyond the ledger, or below it: negative. ``held_minor``: open
    holds, whose notes may or may not be in the machine. ``approved``: one person has.
    """

    purpose: Purpose
    lines: tuple[ReviewLine, ...]
    bins_minor: int
    found_minor: int
    loaded_minor: int
    ledger_minor: int
    difference_minor: int
    held_minor: int
    problem: Problem | None = None


@dataclass(frozen=True)
class SecondPerson:
    """Another operator's finger is waited for; as ``screens.Scanning`` otherwise."""

    purpose: Purpose
    found_minor: int
    loaded_minor: int
    stage: Literal["ready", "finger", "reading", "lift"]
    problem: Problem | None = None


@dataclass(frozen=True)
class ExchangeDone:
    """The machine is at work again. ``pending``: advices on their way to the bank."""

    purpose: Purpose
    found_minor: int
    loaded_minor: int
    difference_minor: int
    cases: tuple[str, ...]
    pending: int


@dataclass(frozen=True)
class Check:
    """A part of the machine: ``finding`` is a word for ``ui``, ``figure`` what belongs into it."""

    part: Part
    verdict: Verdict
    finding: str
    figure: str = ""


@dataclass(frozen=True)
class SelfTest:
    """What a look at the machine found."""

    checks: tuple[Check, ...]


@dataclass(frozen=True)
class JournalLine:
    """A record: ``reference`` names its movement, ``amount_minor`` is the sum it is about."""

    seq: int
    at_s: int
    word: str
    kind: str
    reference: str
    amount_minor: int | None


@dataclass(frozen=True)
class JournalView:
    """A page of the journal, newest first."""

    lines: tuple[JournalLine, ...]
    page: int
    has_newer: bool
    has_older: bool


OperatorScreen = (
    OperatorMenu
    | OperatorQuestion
    | MachineCounts
    | SheetEntry
    | SheetReview
    | SecondPerson
    | ExchangeDone
    | SelfTest
    | JournalView
)
