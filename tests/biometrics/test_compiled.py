import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from biometrics.matching import compiled

ROOT = Path(__file__).resolve().parents[2]


def run(statements: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", statements],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        check=True,
    )
    return done.stdout


def test_what_only_reads_fingers_never_loads_the_compiler() -> None:
    loaded = run(
        "import sys, kiosk.scanning.reading, biometrics\n"
        "from biometrics.synthetic import synthesise\n"
        "template = biometrics.extract(synthesise(1, 0))\n"
        "biometrics.Template.from_iso(template.to_iso())\n"
        "gallery = biometrics.Gallery()\n"
        "gallery.add('one', [template])\n"
        "print(len(gallery), 'one' in gallery, 'numba' in sys.modules)"
    )
    assert loaded.split() == ["1", "True", "False"]


def test_a_server_says_what_it_needs_before_it_loads_the_compiler() -> None:
    loaded = run("import sys, bank.serve; print('numba' in sys.modules)")
    assert loaded.split() == ["False"]


def test_after_preparing_nothing_is_compiled_again() -> None:
    kept = run(
        "from biometrics.matching.prepare import load\n"
        "from biometrics.matching.compiled import is_kept\n"
        "load()\n"
        "print(is_kept())"
    )
    assert kept.split() == ["True"]
    again = run(
        "from biometrics.matching.prepare import load\n"
        "load()\n"
        "from biometrics.matching import rings, score, search, shortlist\n"
        "print(*(sum(kernel.stats.cache_misses.values()) for kernel in\n"
        "    (score.weigh, score.score, search._describe, search._score,\n"
        "     shortlist.nearest, shortlist.vote, rings.describe_into)))"
    )
    assert again.split() == ["0"] * 7


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    beside, own = tmp_path / "beside" / "digest", tmp_path / "own" / "digest"
    monkeypatch.setattr(compiled, "_beside_sources", lambda: beside)
    monkeypatch.setattr(compiled, "_of_user", lambda: own)
    compiled._folder_to_write.cache_clear()
    yield beside, own
    compiled._folder_to_write.cache_clear()


def test_code_is_kept_beside_the_sources(folders: tuple[Path, Path]) -> None:
    beside, _ = folders
    (beside.parent / "of old sources").mkdir(parents=True)
    assert not compiled.is_kept()
    assert compiled._folder_to_write() == beside
    compiled.note_kept()
    assert compiled.is_kept()
    assert [folder.name for folder in beside.parent.iterdir()] == ["digest"]


def test_a_user_who_may_not_write_there_takes_a_copy(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, own = folders
    beside.mkdir(parents=True)
    (beside / "kernel.nbc").write_bytes(b"code")
    (beside / "complete").touch()
    monkeypatch.setattr(compiled, "_can_write", lambda folder: False)
    assert compiled.is_kept()
    assert compiled._folder_to_write() == own
    assert (own / "kernel.nbc").read_bytes() == b"code"
    assert [folder.name for folder in own.parent.iterdir()] == ["digest"]


def test_a_user_without_a_copy_to_take_compiles_for_themselves(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, own = folders
    monkeypatch.setattr(compiled, "_can_write", lambda folder: False)
    assert compiled._folder_to_write() == own
    assert not compiled.is_kept()
