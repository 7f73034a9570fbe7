"""XFS4IoT messages: what is written is read back, and strangers' texts are survived."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.scanners.xfs4iot.messages import Malformed, Message, Type, from_text, to_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
NAMES = st.from_regex(r"[A-Z][a-z]{1,9}\.[A-Z][a-z]{1,9}", fullmatch=True)


@given(st.sampled_from(Type), NAMES, st.integers(1, 2**31), st.dictionaries(st.text(), JSON))
def test_a_message_comes_back(
    kind: Type, name: str, number: int, payload: dict[str, object]
) -> None:
    timeout_ms = 1500 if kind is Type.COMMAND else 0
    code = "canceled" if kind is Type.COMPLETION else ""
    request_id = 0 if kind is Type.UNSOLICITED else number
    message = Message(kind, name, request_id, payload, code, "", timeout_ms)
    assert from_text(to_text(message)) == message


@given(st.one_of(st.text(max_size=60), JSON.map(json.dumps), st.binary(max_size=60)))
def test_any_text_is_a_message_or_malformed(text: str | bytes) -> None:
    try:
        from_text(text)
    except Malformed:
        return


HEADER = {"type": "completion", "name": "Common.Status", "version": "2.0", "requestId": 3}


@pytest.mark.parametrize("code", [None, "success"])
def test_success_is_no_code(code: str | None) -> None:
    text = json.dumps({"header": HEADER | {"completionCode": code}, "payload": None})
    assert from_text(text).code == ""


@pytest.mark.parametrize(
    "change",
    [
        {"type": "shout"},
        {"name": ""},
        {"name": 7},
        {"requestId": 0},
        {"requestId": -1},
        {"requestId": True},
        {"requestId": "3"},
        {"completionCode": 9},
        {"timeout": -1},
    ],
)
def test_headers_that_make_no_sense_are_malformed(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        from_text(json.dumps({"header": HEADER | change, "payload": {}}))


def test_depth_has_its_limit() -> None:
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(Malformed):
        from_text(json.dumps({"header": HEADER, "payload": {"a": deep}}))
    with pytest.raises(Malformed):
        from_text("[" * 100_000)
