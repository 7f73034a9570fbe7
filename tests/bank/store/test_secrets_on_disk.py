"""The database's passwords and addresses: readable by one user, and there after a power cut."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bank.store.postgres import DatabaseUrls, read_urls, write_urls
from bank.store.postgres.roles import load_or_make_passwords


def _passwords(folder: Path) -> Path:
    file = folder / "passwords.json"
    made = load_or_make_passwords(file)
    assert load_or_make_passwords(file) == made
    return file


def _addresses(folder: Path) -> Path:
    urls = DatabaseUrls("postgresql://bank_owner:a@h/bank", "postgresql://bank_app:b@h/bank")
    write_urls(folder, urls)
    assert read_urls(folder) == urls
    return folder / "bank" / "database.json"


@pytest.mark.skipif(os.name != "posix", reason="a folder's names are fsynced on POSIX only")
@pytest.mark.parametrize("write", [_passwords, _addresses])
def test_what_was_written_is_private_and_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: Any, write: Callable[[Path], Path]
) -> None:
    kept: set[int] = set()
    fsync = os.fsync

    def noting(handle: int) -> None:
        fsync(handle)
        kept.add(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", noting)
    file = write(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Both the bytes and the name of the file they lie in.
    assert {file.stat().st_ino, file.parent.stat().st_ino} <= kept
    assert [each.name for each in file.parent.iterdir()] == [file.name]
