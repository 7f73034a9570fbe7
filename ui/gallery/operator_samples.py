"""Sample views of an operator's screens."""

from kiosk.operator import screens as op
from kiosk.operator.screens import Check, Part, Verdict
from kiosk.problems import Problem

_CASSETTES = (
    op.CassetteCount("C1", 5000, 1000, 812, 188, 188, 2500, low=False, usable=True),
    op.CassetteCount("C2", 2000, 1500, 1233, 267, 265, 2500, low=False, usable=True),
    op.CassetteCount("C3", 1000, 2000, 40, 1960, 1960, 2500, low=True, usable=True),
)
_LINES = (
    op.SheetLine("C1", 5000, 2500, "812", "2000"),
    op.SheetLine("C2", 2000, 2500, "1233", ""),
    op.SheetLine("C3", 1000, 2500, "", ""),
)
_FULL = tuple(
    op.SheetLine(each.unit, each.denomination_minor, 2500, "812", "2000") for each in _LINES
)
_MANY = tuple(op.SheetLine(f"C{n}", 5000, 2500, "2500", "2500") for n in range(1, 7))
_REVIEW = (
    op.ReviewLine("C1", 5000, 812, 2000),
    op.ReviewLine("C2", 2000, 1233, 1000),
    op.ReviewLine("C3", 1000, 40, 40),
)
_WORDS = ("DONE", "TAKEN", "DISPENSING", "AUTHORISED", "REVERSAL_PENDING", "SUSPENDED", "ALARM")


def _menu(**changes: object) -> op.OperatorMenu:
    facts: dict[str, object] = {
        "first_name": "Olga",
        "closed": False,
        "exchange": None,
        "pending": 0,
        "can_reboot": False,
    }
    return op.OperatorMenu(**{**facts, **changes})  # type: ignore[arg-type]


def _entry(**changes: object) -> op.SheetEntry:
    facts: dict[str, object] = {
        "purpose": "replenish",
        "lines": _LINES,
        "bins": "",
        "at": 3,
        "can_go_on": False,
    }
    return op.SheetEntry(**{**facts, **changes})  # type: ignore[arg-type]


def _review(**changes: object) -> op.SheetReview:
    facts: dict[str, object] = {
        "purpose": "replenish",
        "lines": _REVIEW,
        "bins_minor": 34000,
        "found_minor": 6_900_000,
        "loaded_minor": 12_040_000,
        "ledger_minor": 6_905_000,
        "difference_minor": -5000,
        "held_minor": 0,
    }
    return op.SheetReview(**{**facts, **changes})  # type: ignore[arg-type]


def _journal(page: int) -> op.JournalView:
    lines = tuple(
        op.JournalLine(104_200 - n, 1_795_000_000 - 37 * n, word, "withdrawal", "7KQM-2XHD", 50000)
        for n, word in enumerate(_WORDS)
    )
    return op.JournalView(lines, page, has_newer=page > 1, has_older=True)


def _checks(good: bool) -> op.SelfTest:
    found = {
        Part.READER: ("answers", "silent", ""),
        Part.DISPENSER: ("ready", "jammed", ""),
        Part.ACCEPTOR: ("ready", "blind", ""),
        Part.PRINTER: ("ready", "not_ready", ""),
        Part.BANK: ("answers", "away", "A, B"),
        Part.CLOCK: ("agrees", "behind", "86400"),
        Part.DISK: ("works", "refuses", "20114"),
        Part.JOURNAL: ("works", "unusable", ""),
    }
    return op.SelfTest(
        tuple(
            Check(part, Verdict.GOOD, words[0], words[2])
            if good
            else Check(
                part, Verdict.WATCH if part is Part.CLOCK else Verdict.BAD, words[1], words[2]
            )
            for part, words in found.items()
        )
    )


def screens() -> dict[str, op.OperatorScreen]:
    """Every screen by the name of its picture."""
    return {
        "operator_menu": _menu(),
        "operator_menu_closed": _menu(closed=True, pending=3, can_reboot=True),
        "operator_menu_open": _menu(exchange="replenish", problem=Problem.ADVICES_PENDING),
        **{
            f"operator_ask_{act}": op.OperatorQuestion(act)
            for act in ("out_of_service", "in_service", "restart", "reboot", "give_up")
        },
        "operator_counts": op.MachineCounts(
            _CASSETTES,
            (
                op.BinCount("reject", 12000, None),
                op.BinCount("retract", 5000, 5000),
                op.BinCount("deposit", 1_234_000, 1_233_000),
            ),
            8_057_100,
            1_795_000_000,
            9000,
        ),
        "operator_counts_new": op.MachineCounts(
            tuple(
                op.CassetteCount(f"C{n}", 5000, 2500, 2500, 0, None, 2500, low=False, usable=True)
                for n in range(1, 7)
            ),
            (op.BinCount("reject", 0, None), op.BinCount("retract", 0, 0)),
            75_000_000,
            None,
            0,
        ),
        "operator_sheet": _entry(),
        "operator_sheet_full": _entry(lines=_FULL, bins="340", at=6, can_go_on=True),
        "operator_sheet_above": _entry(
            lines=(op.SheetLine("C1", 5000, 2500, "812", "2501"), *_LINES[1:]),
            at=1,
            problem=Problem.ABOVE_CAPACITY,
        ),
        "operator_sheet_many": _entry(lines=_MANY, at=10, problem=Problem.BANK_AWAY),
        "operator_sheet_balance": _entry(purpose="balance", at=1),
        "operator_review": _review(),
        "operator_review_agrees": _review(
            purpose="balance", difference_minor=0, ledger_minor=6_900_000
        ),
        "operator_review_held": _review(held_minor=5000, problem=Problem.BANK_AWAY),
        "operator_second": op.SecondPerson("replenish", 6_900_000, 12_040_000, "ready"),
        "operator_second_same": op.SecondPerson(
            "balance", 6_900_000, 6_900_000, "reading", Problem.SAME_PERSON
        ),
        "operator_done": op.ExchangeDone("replenish", 6_900_000, 12_040_000, 0, (), 0),
        "operator_done_case": op.ExchangeDone(
            "balance", 6_900_000, 6_900_000, -5000, ("C-00000017",), 0
        ),
        "operator_done_later": op.ExchangeDone("replenish", 6_900_000, 12_040_000, -5000, (), 3),
        "operator_test": _checks(good=True),
        "operator_test_bad": _checks(good=False),
        "operator_journal": _journal(1),
        "operator_journal_older": _journal(2),
        "operator_journal_empty": op.JournalView((), 1, has_newer=False, has_older=False),
    }
