"""Every problem has words, and sums are written as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens import MoneyState, Problem, Work
from ui import money, words


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_says_what_happened_and_what_to_do(problem: Problem) -> None:
    happened, now = words.problem(problem)
    assert happened.endswith(".")
    assert now.endswith(".") or problem is Problem.FIELD_MISSING


def test_all_money_states_and_works_have_words() -> None:
    assert all(words.money(state).endswith(".") for state in MoneyState)
    assert all(words.work(work) for work in Work)


@pytest.mark.parametrize(
    ("pays", "takes_notes", "named"),
    [
        (True, True, ()),
        (True, False, ("deposit",)),
        (False, True, ("withdrawal",)),
        (False, False, ("withdrawal", "deposit")),
    ],
)
def test_what_a_machine_cannot_do_is_said(
    pays: bool, takes_notes: bool, named: tuple[str, ...]
) -> None:
    said = words.cannot(pays=pays, takes_notes=takes_notes)
    assert [word for word in ("withdrawal", "deposit") if word in said] == list(named)


def test_only_untouched_money_is_called_not_taken() -> None:
    said = [state for state in MoneyState if "No money was taken" in words.money(state)]
    assert said == [MoneyState.UNTOUCHED]


@pytest.mark.parametrize(
    ("amount_minor", "written", "cash"),
    [
        (0, "€0.00", "€0"),
        (5, "€0.05", "€0.05"),
        (18000, "€180.00", "€180"),
        (123456789, "€1,234,567.89", "€1,234,567.89"),
        (-2050, "−€20.50", "−€20.50"),
    ],
)
def test_sums_are_written_in_full_and_as_cash(amount_minor: int, written: str, cash: str) -> None:
    assert money.written(amount_minor, "EUR") == written
    assert money.cash(amount_minor, "EUR") == cash


@pytest.mark.parametrize(
    ("text", "shown"), [("", "€0"), ("1", "€1"), ("1425.5", "€1,425.5"), ("7.", "€7.")]
)
def test_what_is_typed_stands_as_it_is_typed(text: str, shown: str) -> None:
    assert money.typed(text, "EUR") == shown


@pytest.mark.parametrize(
    ("currency", "written", "cash", "face"),
    [
        ("JPY", "JPY\u00a0180,000", "JPY\u00a0180,000", 180_000),
        ("KWD", "KWD\u00a0180.000", "KWD\u00a0180", 180),
        ("USD", "$1,800.00", "$1,800", 1800),
    ],
)
def test_a_currency_has_as_many_decimals_as_it_has(
    currency: str, written: str, cash: str, face: int
) -> None:
    assert money.written(180_000, currency) == written
    assert money.cash(180_000, currency) == cash
    assert money.face(180_000, currency) == face


@given(st.integers(-(10**12), 10**12))
def test_no_digit_is_lost_in_writing(amount_minor: int) -> None:
    digits = "".join(c for c in money.written(amount_minor, "CHF") if c.isdigit())
    assert int(digits) == abs(amount_minor)


def test_a_field_that_is_wrong_says_how_it_is_written() -> None:
    assert words.field("phone", Problem.FIELD_INVALID).startswith("Phone: 6 to 15 figures")
    assert words.field("phone", Problem.FIELD_MISSING) == "Phone: This is needed."
