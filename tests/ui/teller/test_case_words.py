"""The teller's report has words for every kind of case."""

from typing import get_args

from protocol.messages.cases import CaseBrief, CaseKind
from ui.teller.cases.report import list_lines


def test_every_kind_of_case_is_listed_in_words() -> None:
    for kind in get_args(CaseKind):
        case = CaseBrief(
            number="C-00000001",
            kind=kind,
            terminal="ATM-0001",
            uid="0" * 32,
            original=None,
            amount_minor=5000,
            currency="EUR",
            reason=None,
            text=None,
            opened_at=1,
            due_at=2,
            closed_at=None,
            closed_entry=None,
        )
        [line, late] = list_lines([case], more=False, now_s=1000)
        assert len(line.split("OVERDUE")[1].split("  ")[-1]) > len("reported")
        assert "1 past" in late
