"""A terminal keeps heads of the bank's ledger, and the bank's own check believes them."""

from pathlib import Path

import pytest
import requests

from backend_client.witness import HEADER, KEEP_EVERY_S, HeadWitness


def answer(head: str) -> requests.Response:
    response = requests.Response()
    response.headers[HEADER] = head
    return response


def test_a_head_is_kept_now_and_then(tmp_path: Path) -> None:
    now = 100.0
    witness = HeadWitness(tmp_path / "heads.jsonl", lambda: now)
    witness.note(requests.Response())
    for head in ("one", "two"):
        witness.note(answer(head))
    now += KEEP_EVERY_S
    witness.note(answer("three"))
    kept = (tmp_path / "heads.jsonl").read_text()
    assert kept == '{"record": "one"}\n{"record": "three"}\n'


@pytest.mark.parametrize("head", ["", "x" * 4096, "h\u00e9ad"])
def test_nonsense_is_not_kept(tmp_path: Path, head: str) -> None:
    witness = HeadWitness(tmp_path / "heads.jsonl")
    witness.note(answer(head))
    assert not (tmp_path / "heads.jsonl").exists()


def test_a_disk_that_is_full_changes_no_answer(tmp_path: Path) -> None:
    now = 100.0
    witness = HeadWitness(tmp_path / "away" / "heads.jsonl", lambda: now)
    witness.note(answer("one"))
    (tmp_path / "away").mkdir()
    now += KEEP_EVERY_S
    witness.note(answer("two"))
    assert (tmp_path / "away" / "heads.jsonl").read_text() == '{"record": "two"}\n'
