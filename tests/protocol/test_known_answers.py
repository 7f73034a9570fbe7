"""The published and recorded answers: the figures that came along, and the files where present."""

import argparse
import copy
import json
import os
from pathlib import Path

import pytest

from protocol.selftest import add_arguments, run
from protocol.selftest.answers import atmpin_answers, sigma_answers
from protocol.selftest.command import embedded_answers, file_answers
from protocol.selftest.figures import ATMPIN, SIGMA

VECTORS = Path(
    os.environ.get("FORTRESS_VECTORS") or Path(__file__).parents[2].parent / "shared" / "vectors"
)
needs_files = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the folder of public vector files is not beside the checkout"
)


def test_every_figure_that_came_along_holds():
    answers = list(embedded_answers())
    assert [name for name, held in answers if not held] == []
    for source in ("RFC 9380", "RFC 9497", "sigma-protocols", "ATMPIN"):
        assert any(name.startswith(source) for name, _ in answers)


@needs_files
def test_every_answer_of_the_files_holds():
    answers = list(file_answers(VECTORS))
    assert [name for name, held in answers if not held] == []
    refused = [name for name, _ in answers if " refuses: " in name]
    assert len(refused) == 191
    assert sum(name.endswith(": proof") for name, _ in answers) == 7
    assert sum(name.endswith(" reject") for name, _ in answers) == 29
    assert sum(name.endswith(" accept") for name, _ in answers) == 14 + 4
    regenerated = [name for name, _ in answers if name.endswith(" regenerated")]
    assert sum("discrete_logarithm" in name for name in regenerated) == 2
    assert len(regenerated) == 14


def _command(*arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_command_says_how_many_held(capsys):
    assert _command() == 0
    held, _, total, *_ = capsys.readouterr().out.split()
    assert held == total
    assert int(total) > 40


@needs_files
def test_command_reads_the_files(capsys):
    assert _command("--vectors", str(VECTORS)) == 0
    assert "known answers held" in capsys.readouterr().out


def test_command_without_files_is_an_error_of_one_line(tmp_path, capsys):
    assert _command("--vectors", str(tmp_path)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_command_fails_when_an_answer_does_not_hold(tmp_path, monkeypatch, capsys):
    wrong = copy.deepcopy(ATMPIN)
    wrong["oprf_key"]["k_acct"] = wrong["oprf_key"]["k_acct"][::-1]
    monkeypatch.setattr("protocol.selftest.command.ATMPIN", wrong)
    assert _command() == 1
    assert "FAILED  ATMPIN k_acct" in capsys.readouterr().out


@pytest.mark.parametrize("field", ["proof", "tag", "token"])
def test_a_changed_figure_does_not_hold(field):
    wrong = copy.deepcopy(ATMPIN)
    text = wrong["proofs"][0][field]
    wrong["proofs"][0][field] = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert not all(held for _, held in atmpin_answers(wrong))


def test_an_entry_that_should_be_refused_but_verifies_does_not_hold():
    entry = {**SIGMA[0], "Expected": "reject"}
    assert not dict(sigma_answers([entry]))[f"{entry['Id']} reject"]


def test_file_of_another_shape_is_an_error(tmp_path, capsys):
    (tmp_path / "rfc9380_P256_SSWU_RO.json").write_text(json.dumps({"vectors": []}))
    assert _command("--vectors", str(tmp_path)) == 2
    capsys.readouterr()
