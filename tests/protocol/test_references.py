import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadEncoding
from protocol.ids import new_uid
from protocol.references import reference


@given(st.integers(0, 2**48 - 1).map(new_uid))
def test_a_reference_is_eight_signs_without_lookalikes(uid):
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", reference(uid))
    assert reference(uid) == reference(uid)


def test_references_of_neighbours_differ():
    assert len({reference(f"{number:032x}") for number in range(1000)}) == 1000


def test_what_is_no_uid_has_no_reference():
    with pytest.raises(BadEncoding):
        reference("7KQM-2XHD")
