"""The file of published heads: only added to, and whole after a power cut or a full disk."""

from pathlib import Path

import pytest

from bank.keys.keyset import generate
from bank.seal.heads import BadHead, Head, last_published, publish, published, read_head, sign_head

KEYS = generate()
KEY = KEYS.record_key.public_key()


def head(batch: int) -> Head:
    return Head(batch, 10 * batch, bytes([batch]) * 32, 1_700_000_000 + batch)


def add(file: Path, batch: int) -> None:
    publish(file, 10 * batch, sign_head(KEYS, head(batch)))


def test_what_is_published_is_read_back_in_order(tmp_path: Path) -> None:
    file = tmp_path / "heads" / "A.jsonl"
    assert last_published(file, KEY) is None
    for batch in range(1, 31):
        add(file, batch)
        assert last_published(file, KEY) == head(batch)
    assert [read_head(KEY, record).batch for record in published(file)] == list(range(1, 31))
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("whole", [0, 1, 2])
@pytest.mark.parametrize("cut", [1, 30, 300])
def test_a_line_that_was_torn_spoils_no_other(tmp_path: Path, whole: int, cut: int) -> None:
    file = tmp_path / "A.jsonl"
    for batch in range(1, whole + 2):
        add(file, batch)
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - cut)
    before = last_published(file, KEY)
    assert before == (head(whole) if whole else None)
    add(file, 9)
    batches = [read_head(KEY, record).batch for record in published(file)]
    assert batches == [*range(1, whole + 1), 9]


def test_a_line_that_is_no_head_hides_none_after_it(tmp_path: Path) -> None:
    file = tmp_path / "A.jsonl"
    add(file, 1)
    with file.open("ab") as stream:
        stream.write(b"nonsense\n[]\n{}\n")
    add(file, 2)
    first, *wrong, last = published(file)
    assert (read_head(KEY, first).batch, read_head(KEY, last).batch) == (1, 2)
    assert wrong == [""] * 3
    with pytest.raises(BadHead):
        read_head(KEY, "")
