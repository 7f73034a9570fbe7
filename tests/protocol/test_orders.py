import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import canonical_json
from protocol.errors import BadEncoding
from protocol.ids import new_uid
from protocol.messages.money import Order
from protocol.orders import order_bytes, read_order

orders = st.builds(
    Order,
    uid=st.integers(0, 2**48 - 1).map(new_uid),
    kind=st.sampled_from(["authorise", "confirm", "credit", "transfer", "settle", "case"]),
    amount_minor=st.integers(1, 10**12),
    currency=st.just("EUR"),
    source=st.none() | st.just("1234567890"),
    text=st.none()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=140),
    notes=st.none() | st.dictionaries(st.sampled_from(["5000", "2000"]), st.integers(0, 99)),
    terminal=st.just("ATM-0001"),
)
ORDER = Order(
    uid="0" * 32, kind="authorise", amount_minor=20_000, currency="EUR", terminal="ATM-0001"
)


@given(orders)
def test_an_order_is_read_back_from_its_bytes(order):
    data = order_bytes(order)
    assert data.isascii()
    assert b"null" not in data
    assert read_order(data) == order


def test_only_a_case_may_be_about_a_sum_that_nobody_knows():
    unknown = Order(**{**ORDER.model_dump(), "kind": "case", "amount_minor": 0})
    assert read_order(order_bytes(unknown)).amount_minor == 0
    for kind in ("authorise", "confirm", "credit", "transfer", "reversal", "settle"):
        with pytest.raises(ValueError, match="only a case"):
            Order(**{**ORDER.model_dump(), "kind": kind, "amount_minor": 0})


def test_the_bytes_of_an_order():
    assert order_bytes(ORDER) == (
        b'{"amount_minor":20000,"currency":"EUR","kind":"authorise","terminal":"ATM-0001",'
        b'"uid":"00000000000000000000000000000000","v":1}'
    )


FIELDS = json.loads(order_bytes(ORDER))


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(FIELDS, sort_keys=True).encode(),
        canonical_json(FIELDS | {"text": "no \0 in a ledger"}),
        order_bytes(ORDER) + b"\n",
        order_bytes(ORDER).replace(b'"EUR"', rb'"\u0045UR"'),
        order_bytes(ORDER).replace(b'"v":1', b'"v":1,"v":1'),
        order_bytes(ORDER).replace(b'"v":1', b'"text":null,"v":1'),
        *(
            canonical_json({**FIELDS, **change})
            for change in (
                {"v": 2},
                {"amount_minor": 0},
                {"amount_minor": -1},
                {"amount_minor": 10**12 + 1},
                {"amount_minor": "1"},
                {"amount_minor": True},
                {"currency": "eur"},
                {"kind": "deposit"},
                {"uid": "x"},
                {"terminal": "ATM 1"},
                {"fee": 1},
            )
        ),
        b"{}",
        b"[]",
        b"",
    ],
)
def test_what_is_not_the_one_spelling_of_an_order_is_refused(data):
    with pytest.raises(BadEncoding):
        read_order(data)
