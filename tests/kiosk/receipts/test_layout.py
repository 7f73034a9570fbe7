"""What stands on a receipt, at any width and with any names."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.receipts.layout import Letterhead, lines
from kiosk.receipts.settings import COLUMNS_MAX, COLUMNS_MIN
from kiosk.receipts.slip import Slip, of_failure, of_success
from kiosk.screens import Account, Failure, MoneyState, Problem, Success

NOON_MS = 1_780_000_000_000
HEAD = Letterhead("Meridian", "+49 30 0000 0000", "ATM-0001", "EUR", "Europe/Berlin", 42)
AMARA = Account("1000000042", "Amara O.", "EUR")


def test_a_withdrawal_names_sum_account_and_reference() -> None:
    slip = of_success(Success("withdraw", 18000, "4F7C-19A2", AMARA))
    assert slip is not None
    text = [line.text for line in lines(slip, HEAD, NOON_MS)]
    assert text == [
        "Meridian",
        "Cash withdrawal",
        "",
        "Date                      2026-05-28 22:26",
        "Machine                           ATM-0001",
        "From account                        ..0042",
        "Amount                          180.00 EUR",
        "Reference                        4F7C-19A2",
        "",
        "+49 30 0000 0000",
    ]


def test_a_sign_up_and_a_failure_without_reference_have_none() -> None:
    assert of_success(Success("signup", 50000, "", AMARA)) is None
    failure = Failure(Problem.DECLINED, MoneyState.UNTOUCHED, 1000, "", back_to_menu=True)
    assert of_failure(failure) is None


def test_money_in_doubt_is_said_to_be_in_doubt() -> None:
    failure = Failure(Problem.DEVICE_FAULT, MoneyState.IN_DOUBT, 1000, "4F7C-19A2", True)
    slip = of_failure(failure)
    assert slip is not None
    text = " ".join(line.text for line in lines(slip, HEAD, NOON_MS))
    assert "not yet known whether the money moved" in text
    assert "4F7C-19A2" in text
    assert "Nothing" not in text


@given(
    payee=st.text(max_size=120),
    columns=st.integers(COLUMNS_MIN, COLUMNS_MAX),
    amount_minor=st.integers(1, 10**12),
    money=st.none() | st.sampled_from(MoneyState),
)
def test_no_line_is_wider_than_the_roll_or_commands_the_printer(
    payee: str, columns: int, amount_minor: int, money: MoneyState | None
) -> None:
    slip = Slip("transfer", money, amount_minor, "0042", payee, "4F7C-19A2-77Q1-PX")
    head = Letterhead("Meridian", "+49 30 0000 0000", "ATM-0001", "EUR", "UTC", columns)
    for line in lines(slip, head, NOON_MS):
        assert len(line.text) <= columns
        assert line.text.isprintable()
