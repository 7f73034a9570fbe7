"""What staff can search by, without anything being unsealed."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bank.customers.find import normalise_number
from bank.customers.index import (
    LONGEST_PREFIX,
    normalise_name,
    normalise_phone,
    tokens_of,
    tokens_to_search,
    user_name_index,
)
from protocol.messages.signup import Details

KEY = b"k" * 32
OTHER = b"o" * 32
WORDS = st.text(string.ascii_letters + "éÅñøß", min_size=2, max_size=20)
PHONES = st.text(string.digits, min_size=7, max_size=15).filter(lambda text: text[0] != "0")


def details(first: str = "Amara", last: str = "Okafor", phone: str = "+4915110000001") -> Details:
    return Details(user_name="amara.o", first_name=first, last_name=last, phone=phone, sms=False)


def finds(text: str, person: Details, key: bytes = KEY) -> bool:
    tokens = tokens_to_search(key, text)
    return bool(tokens) and set(tokens) <= tokens_of(KEY, person)


@given(WORDS, WORDS, st.data())
def test_any_beginning_of_any_name_finds(first: str, last: str, data: st.DataObject) -> None:
    person = details(first, last)
    for name in (first, last, "amara", "AMARA.O"):
        longest = min(len(normalise_name(name)), LONGEST_PREFIX)
        length = data.draw(st.integers(2, max(2, longest)))
        assert finds(normalise_name(name)[:length], person)
        assert finds(name.upper() if "ß" not in name else name, person)
    assert finds(f"{last} {first}", person)


@given(PHONES, st.data())
def test_the_end_of_a_phone_number_finds(phone: str, data: st.DataObject) -> None:
    person = details(phone="+" + phone)
    ending = phone[-data.draw(st.integers(4, len(phone))) :]
    if len(ending) < 7 or ending[0] != "0":
        assert finds(ending, person)
    assert finds("+" + phone, person)
    assert finds("00" + phone, person)


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(text: str) -> None:
    assert all(len(token) == 16 for token in tokens_to_search(KEY, text))
    normalise_number(text)


def test_another_key_gives_other_tokens() -> None:
    assert tokens_of(KEY, details()).isdisjoint(tokens_of(OTHER, details()))
    assert not finds("amara", details(), OTHER)


def test_a_word_inside_a_name_or_one_letter_finds_nobody() -> None:
    for text in ("mara", "a", "", " ", "%", "okafor mara"):
        assert not finds(text, details())


def test_a_name_is_no_phone_number_and_fields_do_not_mix() -> None:
    person = details(first="4915110000001", phone="+4930123456")
    assert not finds("4915110000001", person)


def test_spellings_of_one_number_are_one() -> None:
    for text in ("+49 151 1000-0001", "004915110000001", "4915110000001", "+49(151)10000001"):
        assert normalise_phone(text) == "4915110000001"
    assert normalise_number("60 8847 4348") == normalise_number("6088474348")
    assert normalise_number(" Amara ") == "amara"
    assert normalise_phone("amara") is None


def test_user_names_differ_or_are_the_same_person() -> None:
    assert user_name_index(KEY, "Bo") == user_name_index(KEY, "bo")
    assert user_name_index(KEY, "bo") != user_name_index(KEY, "bob")
