import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadAmount
from protocol.money import (
    EXPONENTS,
    MAX_AMOUNT_MINOR,
    Amount,
    format_minor,
    parse_amount,
)

currencies = st.sampled_from(sorted(EXPONENTS))
minors = st.integers(1, MAX_AMOUNT_MINOR)


@given(minors, currencies, st.sampled_from(".,"))
def test_what_is_shown_reads_back(minor, currency, mark):
    shown = format_minor(minor, currency, mark=mark)
    assert parse_amount(shown, currency) == Amount(minor, currency)


@given(minors, currencies)
def test_digits_of_another_script_are_the_same_amount(minor, currency):
    arabic = format_minor(minor, currency, mark="\u066b").translate(
        {0x30 + digit: 0x0660 + digit for digit in range(10)}
    )
    assert parse_amount(arabic, currency) == Amount(minor, currency)


@given(st.text(max_size=50), currencies)
def test_any_text_is_an_amount_or_a_typed_error(text, currency):
    try:
        amount = parse_amount(text, currency)
    except BadAmount:
        return
    assert 1 <= amount.minor <= MAX_AMOUNT_MINOR


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0.00", "-1", "+1", "1e3", "1.234", "1,234.00", "1 000", "0x10", "NaN", "1."),
        *("½", "²", ".5", "9" * 17, "9" * 40, "9" * 100, "10000000000.01", "1_000"),
    ],
)
def test_what_is_no_sum_is_refused(text):
    with pytest.raises(BadAmount):
        parse_amount(text, "EUR")


@pytest.mark.parametrize("minor", [0, -1, 2**63, 2**53, MAX_AMOUNT_MINOR + 1, 1.0, True, "1", None])
def test_json_value_that_is_no_sum_is_refused(minor):
    with pytest.raises(BadAmount):
        Amount(minor, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "ZZZ", None, 978, ["EUR"]])
def test_currency_that_is_not_handled_is_refused(currency):
    with pytest.raises(BadAmount):
        Amount(1, currency)


def test_smallest_and_largest_sums_are_sums():
    assert Amount(1, "EUR").minor == 1
    assert parse_amount("10000000000", "EUR").minor == MAX_AMOUNT_MINOR


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "EUR", "0.00"),
        (-5, "EUR", "-0.05"),
        (123450, "EUR", "1,234.50"),
        (1234, "JPY", "1,234"),
        (1, "KWD", "0.001"),
        (-123456789, "USD", "-1,234,567.89"),
    ],
)
def test_format(minor, currency, text):
    assert format_minor(minor, currency, group=",") == text
