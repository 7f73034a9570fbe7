import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadEncoding
from protocol.ids import new_uid, reversal_uid, uid_bytes, uid_time_ms

times = st.integers(0, 2**48 - 1)


@given(times)
def test_uid_is_a_uuid_of_version_7_with_its_time(now_ms):
    uid = new_uid(now_ms)
    read = uuid.UUID(hex=uid)
    assert (read.version, read.variant, uid_time_ms(uid)) == (7, uuid.RFC_4122, now_ms)


@given(times, times)
def test_later_uids_sort_later(one, other):
    if one < other:
        assert new_uid(one) < new_uid(other)


def test_uids_of_one_millisecond_differ():
    assert len({new_uid(1) for _ in range(1000)}) == 1000


@given(times)
def test_reversal_of_an_original_is_always_the_same(now_ms):
    original = new_uid(now_ms)
    derived = reversal_uid("ATM-0001", original)
    assert derived == reversal_uid("ATM-0001", original)
    assert uuid.UUID(hex=derived).version == 8
    assert uid_time_ms(derived) == now_ms
    assert derived not in (original, reversal_uid("ATM-0002", original))


def test_reversal_uid_stays_what_journals_hold():
    original = "0190163d869472348000000000000001"
    assert reversal_uid("ATM-0001", original) == "0190163d869487d3b60d646420a0459f"


@pytest.mark.parametrize("uid", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n"])
def test_what_is_no_uid_is_refused(uid):
    with pytest.raises(BadEncoding):
        uid_bytes(uid)


@pytest.mark.parametrize("now_ms", [-1, 2**48])
def test_time_outside_48_bits_is_refused(now_ms):
    with pytest.raises(BadEncoding):
        new_uid(now_ms)
