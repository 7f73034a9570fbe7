import dataclasses
import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.keys import (
    KeySet,
    KeySetUnreadable,
    RecordRefused,
    SealBroken,
    SealedPlace,
    load_key_set,
    make_key_set,
    read_record,
    rewrap,
    seal,
    sign_record,
    unseal,
)
from bank.keys.keyset import generate
from bank.keys.sealing import OVERHEAD_BYTES

KEYS = generate()
PLACE = SealedPlace(b"\x01" * 16, "finger", 1)


def test_a_key_set_is_made_once_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "bank" / "keyset.json"
    made = make_key_set(file)
    again = make_key_set(file)
    assert made.check_value() == again.check_value() == load_key_set(file).check_value()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(file.parent.glob("*.new"))


def test_two_key_sets_differ_in_their_check_values(tmp_path: Path) -> None:
    one, two = make_key_set(tmp_path / "one.json"), make_key_set(tmp_path / "two.json")
    assert one.check_value() != two.check_value()
    # One key changed is another set, whichever it is.
    for name in ("lookup_key", "index_key"):
        changed = dataclasses.replace(one, **{name: secrets.token_bytes(32)})
        assert changed.check_value() != one.check_value()
    for name in ("oprf_seeds", "mac_keys", "keks"):
        changed = dataclasses.replace(one, **{name: {1: secrets.token_bytes(32)}})
        assert changed.check_value() != one.check_value()
    assert dataclasses.replace(one, record_key=two.record_key).check_value() != one.check_value()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": "another"}', "\x00\x01"])
def test_a_damaged_key_set_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keyset.json"
    file.write_text(text)
    with pytest.raises(KeySetUnreadable):
        make_key_set(file)
    assert file.read_text() == text


def test_a_key_set_without_its_active_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keyset.json"
    make_key_set(file)
    file.write_text(file.read_text().replace('"active_mac": 1', '"active_mac": 2'))
    with pytest.raises(KeySetUnreadable):
        load_key_set(file)


def test_a_key_set_does_not_show_its_keys() -> None:
    assert KEYS.lookup_key.hex() not in repr(KEYS)
    assert repr(KEYS.lookup_key) not in repr(KEYS)


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(data: bytes) -> None:
    sealed = seal(KEYS, PLACE, data)
    assert len(sealed) == len(data) + OVERHEAD_BYTES
    assert unseal(KEYS, PLACE, sealed) == data
    assert seal(KEYS, PLACE, data) != sealed


@settings(max_examples=300)
@given(st.data())
def test_any_changed_bit_breaks_the_seal(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEYS, PLACE, b"a name"))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        unseal(KEYS, PLACE, bytes(sealed))


@pytest.mark.parametrize(
    "elsewhere",
    [
        SealedPlace(b"\x02" * 16, "finger", 1),
        SealedPlace(b"\x01" * 16, "details", 1),
        SealedPlace(b"\x01" * 16, "finger", 2),
    ],
)
def test_a_sealed_field_does_not_open_elsewhere(elsewhere: SealedPlace) -> None:
    with pytest.raises(SealBroken):
        unseal(KEYS, elsewhere, seal(KEYS, PLACE, b"a name"))
    with pytest.raises(SealBroken):
        rewrap(KEYS, elsewhere, seal(KEYS, PLACE, b"a name"))


def test_the_whole_of_a_sealed_field_is_needed() -> None:
    sealed = seal(KEYS, PLACE, b"")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(KEYS, PLACE, sealed[:length])


def test_the_key_encryption_key_rotates_and_the_data_stays() -> None:
    rotated = dataclasses.replace(
        KEYS, keks={**KEYS.keks, 2: secrets.token_bytes(32)}, active_kek=2
    )
    retired = dataclasses.replace(rotated, keks={2: rotated.keks[2]})
    sealed = seal(KEYS, PLACE, b"a name")
    assert unseal(rotated, PLACE, sealed) == b"a name"
    with pytest.raises(SealBroken):
        unseal(retired, PLACE, sealed)
    moved = rewrap(rotated, PLACE, sealed)
    assert moved[-18:] == sealed[-18:]
    assert unseal(retired, PLACE, moved) == b"a name"


def test_a_record_says_what_was_signed() -> None:
    record = sign_record(KEYS, "a-kind", {"account": "abc", "at": 5})
    assert read_record(KEYS, "a-kind", record) == {"account": "abc", "at": 5}


@pytest.mark.parametrize(
    ("keys", "kind"), [(KEYS, "another-kind"), (generate(), "a-kind")], ids=["kind", "bank"]
)
def test_a_record_of_another_kind_or_bank_is_refused(keys: KeySet, kind: str) -> None:
    record = sign_record(KEYS, "a-kind", {"account": "abc"})
    with pytest.raises(RecordRefused):
        read_record(keys, kind, record)


@settings(max_examples=300)
@given(st.data())
def test_a_changed_record_is_refused(data: st.DataObject) -> None:
    record = bytearray(sign_record(KEYS, "a-kind", {"account": "abc"}))
    at = data.draw(st.integers(0, len(record) - 1))
    record[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != record[at]))
    with pytest.raises(RecordRefused):
        read_record(KEYS, "a-kind", bytes(record))


@given(st.binary(max_size=1100))
def test_nonsense_is_no_record(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        read_record(KEYS, "a-kind", data)
