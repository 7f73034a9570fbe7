"""The command line itself: mistakes, and an output that nobody reads any more."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_an_output_that_nobody_reads_is_no_traceback() -> None:
    command = [sys.executable, str(ROOT / "main.py"), "selftest"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        said = child.stderr.read()
        assert child.wait(60) == 141
    assert said == b""


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("bank", "serve", "--server", "A", "--port", "99999"),
        ("bank", "serve", "--server", "A", "--port", "-1"),
        ("bank", "verify", "--processes", "0"),
        ("device-sim", "--data", "{folder}", "--port", "99999"),
        ("bank", "serve", "--server", "A", "--port", "0", "--data", "{folder}"),
    ],
)
def test_a_wrong_word_is_a_sentence_and_status_2(words: tuple[str, ...], tmp_path: Path) -> None:
    done = _run(*(word.format(folder=tmp_path) for word in words))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert done.stdout == ""


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    done = _run("bank", "serve", "--server", "A", "--port", "0", "--data", str(tmp_path))
    assert str(tmp_path / "bank" / "servers" / "A" / "cert.pem") in done.stderr
