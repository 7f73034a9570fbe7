"""A terminal's next pair takes the old one's place; a power cut anywhere leaves one that fits."""

import contextlib
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend_client import key_pair, private_file
from backend_client.identity import TerminalIdentity
from backend_client.key_pair import keep_certificate, next_key, settle
from bank.ca import ensure_authority
from bank.ca.leaves import issue_terminal

NAME = "ATM-0001"


class PowerCut(BaseException):
    """Nothing after it happens: no handler of the program's may run."""


@pytest.fixture
def authority(tmp_path):
    return ensure_authority(tmp_path / "bank", "Test", datetime.now(UTC))


@pytest.fixture
def folder(authority, tmp_path) -> Path:
    identity = authority.terminal(NAME, datetime.now(UTC))
    return identity.certificate_file.parent


def renew(authority, folder: Path) -> None:
    key = next_key(folder)
    leaf = issue_terminal(authority.terminals, NAME, key.public_key(), datetime.now(UTC))
    keep_certificate(folder, leaf, authority.terminals.certificate)


def cut_after(monkeypatch, steps: int) -> list[str]:
    """Let `steps` changes of the disk happen, and none after them."""
    done: list[str] = []

    def counted(name, real):
        def change(*args, **kwargs):
            if len(done) >= steps:
                raise PowerCut
            done.append(name)
            return real(*args, **kwargs)

        return change

    monkeypatch.setattr(Path, "replace", counted("replace", Path.replace))
    monkeypatch.setattr(Path, "unlink", counted("unlink", Path.unlink))
    monkeypatch.setattr(private_file.os, "open", counted("open", os.open))
    return done


def test_a_power_cut_at_any_step_leaves_a_pair_that_fits(authority, folder, monkeypatch):
    before = TerminalIdentity.load(folder).certificate_hash
    steps = 0
    while True:
        with monkeypatch.context() as patched:
            done = cut_after(patched, steps)
            with contextlib.suppress(PowerCut):
                renew(authority, folder)
            ended = len(done) < steps
        found = TerminalIdentity.load(folder)  # raises where key and certificate do not fit
        settle(folder)
        assert TerminalIdentity.load(folder).certificate_hash == found.certificate_hash
        if ended:
            break
        steps += 1
    assert steps > 10
    assert found.certificate_hash != before
    assert not list((folder / "next").iterdir())


def test_the_key_that_is_being_asked_for_outlives_a_restart(folder):
    key = next_key(folder).private_numbers()
    assert next_key(folder).private_numbers() == key
    assert stat.S_IMODE((folder / "next" / "key.pem").stat().st_mode) == 0o600
    key_pair.drop_next_key(folder)
    assert next_key(folder).private_numbers() != key


def test_each_renewal_is_for_a_new_key(authority, folder):
    keys = set()
    for _ in range(3):
        renew(authority, folder)
        keys.add(TerminalIdentity.load(folder).private_key.private_numbers().private_value)
    assert len(keys) == 3
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
