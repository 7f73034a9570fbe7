"""Whose data folder it is, and which ports it gets."""

import os
import socket
import stat
from pathlib import Path

import pytest

from bank.ports import any_free, holder, is_free
from launch import ports
from launch.errors import FolderInUse, LaunchError, PortTaken
from launch.folder import DataFolder, Ports, read_ports


def test_one_launcher_a_folder_and_the_other_is_told_where(tmp_path: Path) -> None:
    first = DataFolder(tmp_path / "data")
    first.write_ports(Ports(1069, 1070), 5000)
    with pytest.raises(FolderInUse, match=r"already running .* ports 1069 and 1070"):
        DataFolder(tmp_path / "data")
    first.close()
    second = DataFolder(tmp_path / "data")
    assert read_ports(second.path) == Ports(1069, 1070)
    second.close()


def test_the_folder_is_closed_to_other_users(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    assert stat.S_IMODE(folder.path.stat().st_mode) & 0o066 == 0
    assert stat.S_IMODE((folder.path / "run").stat().st_mode) == 0o700
    folder.close()


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LaunchError, match="--data DIR"):
        DataFolder(tmp_path / "data")


def test_a_file_in_the_folders_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(LaunchError, match="--data DIR"):
        DataFolder(tmp_path / "data")


def test_wiping_takes_what_is_ours_and_leaves_the_rest(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    for name in ("bank", "postgres"):
        (folder.path / name).mkdir()
        (folder.path / name / "file").write_text("ours")
    (folder.path / "holiday.jpg").write_text("theirs")
    folder.wipe()
    assert [place.name for place in folder.path.iterdir()] == ["holiday.jpg"]


def test_free_ports_are_taken_as_wished() -> None:
    wished = Ports(any_free(), any_free())
    assert ports.free_pair(wished) == wished
    given = ports.free_pair(Ports(0, 0))
    assert 0 < given.primary != given.backup > 0


def test_a_strangers_port_moves_both_to_the_next_free_pair() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        pair = ports.free_pair(Ports(taken, taken + 1))
        assert pair.primary > taken
        assert pair.backup == pair.primary + 1
        assert not is_free(taken)
        assert f"(process {os.getpid()})" in holder(taken)


def test_a_single_port_that_was_named_is_not_moved() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        for wished in (Ports(taken, 0), Ports(0, taken)):
            with pytest.raises(PortTaken, match=f"{taken} is taken by"):
                ports.free_pair(wished)


@pytest.mark.parametrize("text", ["", "1069", "1069,", "a,b", "1069,1069", "-1,5", "1,70000"])
def test_bad_ports_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ports.parse(text)


def test_ports_are_read() -> None:
    assert ports.parse("2069,2070") == Ports(2069, 2070)
    assert ports.parse("0,0") == Ports(0, 0)
