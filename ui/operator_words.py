"""Words for what an operator sees: parts of the machine, findings, records of the journal.

Plain for somebody at three in the morning: what it is, how it was found, what to do about it.
"""

from PySide6.QtCore import QCoreApplication

from kiosk.operator.screens import Act, Check, JournalLine, Part
from kiosk.problems import Problem
from ui import words


def _tr(text: str) -> str:
    return QCoreApplication.translate("operator", text)


def problem(what: Problem | None) -> str:
    """What went wrong, and for what concerns operators alone what to do now."""
    if what is None:
        return ""
    return words.line(what) if what in _OURS else words.problem(what).happened


def part(what: Part) -> str:
    """The name of a part."""
    return _tr(_PARTS[what])


def finding(check: Check) -> str:
    """How a part was found."""
    return _tr(_FINDINGS[check.part, check.finding]).replace("%1", check.figure)


def bin_name(kind: str) -> str:
    """The name of a bin."""
    return _tr(_BINS[kind])


def record(line: JournalLine) -> str:
    """What a record of the journal says."""
    return _tr(_RECORDS.get(line.word, line.word))


def kind(name: str) -> str:
    """What a record is about."""
    return _tr(_KINDS.get(name, name))


def question(act: Act) -> tuple[str, str, str]:
    """Title, what will happen, and the button, of what is asked before it is done."""
    title, about, button = _QUESTIONS[act]
    return _tr(title), _tr(about), _tr(button)


_OURS = frozenset(
    {
        Problem.NOT_OPERATOR,
        Problem.SAME_PERSON,
        Problem.ABOVE_CAPACITY,
        Problem.ADVICES_PENDING,
        Problem.SHEET_BOOKED,
    }
)

_PARTS: dict[Part, str] = {
    Part.READER: "Fingerprint reader",
    Part.DISPENSER: "Dispenser",
    Part.ACCEPTOR: "Acceptor",
    Part.PRINTER: "Receipt printer",
    Part.BANK: "Bank",
    Part.CLOCK: "Clock",
    Part.DISK: "Disk",
    Part.JOURNAL: "Journal",
}

_FINDINGS: dict[tuple[Part, str], str] = {
    (Part.READER, "none"): "None fitted",
    (Part.READER, "answers"): "Answers",
    (Part.READER, "silent"): "Silent: check its cable",
    **{
        (each, found): said
        for each in (Part.DISPENSER, Part.ACCEPTOR)
        for found, said in {
            "silent": "Silent: check cable and power",
            "blind": "Sensors read nothing: clean them",
            "exchange": "Stopped for an exchange",
            "jammed": "Jammed: open, clear, balance",
            "ready": "Ready",
            "not_clear": "Notes are on their way",
        }.items()
    },
    (Part.PRINTER, "none"): "None fitted",
    (Part.PRINTER, "ready"): "Ready",
    (Part.PRINTER, "not_ready"): "Not ready: paper, cover, cable",
    (Part.BANK, "away"): "No server answers: %1",
    (Part.BANK, "one_away"): "Answers; silent: %1",
    (Part.BANK, "answers"): "Servers answer: %1",
    (Part.CLOCK, "agrees"): "Agrees with the bank, %1 s",
    (Part.CLOCK, "ahead"): "%1 s ahead of the bank: set it",
    (Part.CLOCK, "behind"): "%1 s behind the bank: set it",
    (Part.DISK, "refuses"): "Refuses to write: replace it",
    (Part.DISK, "full"): "Full, %1 MB left: make room",
    (Part.DISK, "low"): "%1 MB left: make room soon",
    (Part.DISK, "slow"): "Slow: %1 ms for a record",
    (Part.DISK, "works"): "Writes; %1 MB free",
    (Part.JOURNAL, "unusable"): "Cannot be used: restart, or call",
    (Part.JOURNAL, "pending"): "%1 advices wait for the bank",
    (Part.JOURNAL, "works"): "Writes; nothing pending",
}

_BINS: dict[str, str] = {"reject": "Reject bin", "retract": "Retract bin", "deposit": "Deposit bin"}

_RECORDS: dict[str, str] = {
    "INTENT": "Asked for",
    "AUTHORISED": "Authorised",
    "DISPENSING": "Dispensing",
    "TAKEN": "Cash taken",
    "REVERSAL_PENDING": "To be released",
    "REVERSED": "Released",
    "DECLINED": "Declined",
    "SUSPENDED": "In doubt: a case",
    "ACCEPTING": "Slot opened",
    "COUNTED": "Counted",
    "STORING": "Storing",
    "CREDIT_PENDING": "To be credited",
    "RETURNED": "Notes returned",
    "SETTLING": "Being settled",
    "DONE": "Done",
    "EXCHANGE": "Safe opened",
    "SHEET": "Sheet counted",
    "APPROVED": "Approved by two",
    "BOOKING": "Being booked",
    "CANCELLED": "Given up",
    "OUT_OF_SERVICE": "Out of service",
    "IN_SERVICE": "Back in service",
    "RESTART": "Restarted",
    "REBOOT": "Computer restarted",
    "ALARM": "Bank is silent",
    "OPENED": "Journal begun",
    "CONTINUED": "Next day",
    "TAIL_LOST": "Damaged end kept",
}

_KINDS: dict[str, str] = {
    "withdrawal": "Withdrawal",
    "deposit": "Deposit",
    "transfer": "Transfer",
    "exchange": "Exchange",
    "service": "Machine",
    "journal": "Machine",
}

_QUESTIONS: dict[Act, tuple[str, str, str]] = {
    "out_of_service": (
        "Take out of service?",
        "Customers see that the machine is out of service, also after a restart, until an operator"
        " puts it back.",
        "Take out of service",
    ),
    "in_service": (
        "Put back into service?",
        "Customers are served again as soon as you sign out.",
        "Put into service",
    ),
    "restart": (
        "Restart the program?",
        "The screen goes dark for some seconds. What is open in the journal is carried on.",
        "Restart",
    ),
    "reboot": (
        "Restart the computer?",
        "This takes some minutes. What is open in the journal is carried on.",
        "Restart computer",
    ),
    "give_up": (
        "Give up this exchange?",
        "Only if nothing was taken out and nothing put in: the device keeps its own counts, and"
        " nothing is booked.",
        "Give up",
    ),
}
