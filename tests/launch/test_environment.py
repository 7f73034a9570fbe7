"""Set-up: what is checked, what is said, what is remembered."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from launch import front_door, tests_command
from launch.doors import DOORS
from launch.environment import debian, libraries, preflight
from launch.environment.lock import only_one
from launch.environment.venv import SIZE_MB, Environment, with_all_it_holds
from launch.errors import EnvironmentNotReady

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is made and stamped for "run"."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("bootstrap", "run", "cluster", "deep", "dev"):
        (requirements / f"{name}.txt").write_text(f"{name}==1\n")
    environment = Environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text("")
    environment._write_stamp({"run"})
    return tmp_path


def program(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


def test_what_is_stamped_needs_no_set_up(checkout: Path) -> None:
    assert Environment(checkout).is_ready({"run"})
    assert not Environment(checkout).is_ready({"dev"})


def test_the_developers_set_holds_the_others(checkout: Path) -> None:
    Environment(checkout)._write_stamp({"dev"})
    assert Environment(checkout).is_ready({"run", "cluster", "deep", "dev"})


def test_an_extra_is_added_to_what_is_there(checkout: Path) -> None:
    assert not Environment(checkout).is_ready({"run", "cluster"})
    Environment(checkout)._write_stamp({"deep"})
    Environment(checkout)._write_stamp({"cluster"})
    assert Environment(checkout).is_ready({"run", "cluster", "deep"})
    assert not Environment(checkout).is_ready({"dev"})


def test_a_changed_extra_is_installed_anew_and_only_it(checkout: Path) -> None:
    Environment(checkout)._write_stamp({"cluster"})
    (checkout / "requirements" / "cluster.txt").write_text("another==2\n")
    assert Environment(checkout).is_ready({"run"})
    assert not Environment(checkout).is_ready({"cluster"})


def test_each_extra_has_its_file_and_its_size() -> None:
    files = {file.stem for file in (ROOT / "requirements").glob("*.txt")} - {"bootstrap"}
    assert files == with_all_it_holds({"dev"}) == SIZE_MB.keys()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("setup", {"run"}),
        ("setup --with cluster", {"run", "cluster"}),
        ("setup --with=deep --with cluster", {"run", "cluster", "deep"}),
        ("setup --dev", {"dev"}),
        ("demo", {"run"}),
        ("demo --cluster", {"run", "cluster"}),
        ("test tests/house", {"dev"}),
    ],
)
def test_a_command_asks_for_the_sets_it_needs(line: str, wanted: set[str]) -> None:
    arguments = line.split()
    assert front_door._wanted(DOORS[arguments[0]], arguments) == wanted


@pytest.mark.parametrize("changed", ["bootstrap", "run"])
def test_changed_requirements_are_installed(checkout: Path, changed: str) -> None:
    (checkout / "requirements" / f"{changed}.txt").write_text("another==2\n")
    assert not Environment(checkout).is_ready({"run"})


@pytest.mark.parametrize("fact", ["root", "python", "machine"])
def test_another_place_python_or_machine_is_set_up_anew(checkout: Path, fact: str) -> None:
    stamp = checkout / ".venv" / "fortress.json"
    facts = json.loads(stamp.read_text())
    facts[fact] = "another"
    stamp.write_text(json.dumps(facts))
    assert not Environment(checkout).is_ready({"run"})


@pytest.mark.parametrize("broken", ["", "{", "[]", "{}"])
def test_a_broken_stamp_is_no_stamp(checkout: Path, broken: str) -> None:
    (checkout / ".venv" / "fortress.json").write_text(broken)
    assert not Environment(checkout).is_ready({"run"})


def test_only_one_set_up_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = []

    def second() -> None:
        with only_one(tmp_path / "lock", "waiting"):
            order.append("second")

    with only_one(tmp_path / "lock", "waiting"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert capsys.readouterr().out == "waiting\n"


def test_a_full_disk_is_told_before_any_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 300 << 20))
    with pytest.raises(EnvironmentNotReady, match=r"needs 1500 MB .* 300 MB left"):
        preflight.before_download(tmp_path, screen=False)


def test_a_read_only_checkout_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(EnvironmentNotReady, match="may not write there"):
        preflight.before_download(tmp_path, screen=False)


def test_a_library_that_does_not_load_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(libraries.FOR_DRAWING, "libnowhere.so.9", "libnowhere9")
    assert libraries.missing(display=False)["libnowhere.so.9"] == "libnowhere9"


def test_without_a_password_one_line_to_paste(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "apt-get", "exit 1")
    program(tmp_path, "sudo", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EnvironmentNotReady) as told:
        debian.install(["libegl1", "libgl1"], "Missing here: libEGL.so.1.")
    assert str(told.value).splitlines()[-1].strip() == (
        "sudo apt-get install -y --no-install-recommends libegl1 libgl1"
    )


def test_with_sudo_without_password_it_installs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "apt-get", "exit 0")
    program(tmp_path, "sudo", f'printf "%s " "$@" >> {tmp_path}/asked; echo >> {tmp_path}/asked')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    debian.install(["libegl1"], "Missing.")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0].strip() == "-n true"
    assert "apt-get install -y --no-install-recommends libegl1" in asked[-1]


def test_without_apt_the_packages_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentNotReady, match="what your system calls libegl1"):
        debian.install(["libegl1"], "Missing.")


@pytest.mark.parametrize(("ci", "asked_for"), [("true", ["libnowhere9"]), ("", [])])
def test_ci_installs_what_the_readers_tests_load(
    monkeypatch: pytest.MonkeyPatch, ci: str, asked_for: list[str]
) -> None:
    installed: list[str] = []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(libraries, "FOR_READERS", {"libnowhere.so.9": "libnowhere9"})
    monkeypatch.setattr(debian, "install", lambda packages, _why: installed.extend(packages))
    ended = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(tests_command.subprocess, "run", lambda *_, **__: ended)
    assert tests_command.run(argparse.Namespace(paths=[])) == 0
    assert installed == asked_for


def test_an_old_python_gets_one_sentence() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0);"
        f"runpy.run_path({str(ROOT / 'main.py')!r}, run_name='__main__')"
    )
    told = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert told.returncode == 1
    assert told.stderr == "Fortress ATM needs Python 3.11 to 3.13; this is Python 3.9.\n"


def test_the_front_door_needs_the_standard_library_only() -> None:
    listing = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r});"
        "import launch.front_door, launch.setup_command;"
        "print(*sorted({name.split('.')[0] for name in sys.modules}"
        " - set(sys.stdlib_module_names)))"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", listing], capture_output=True, text=True, check=True
    )
    assert set(told.stdout.split()) <= {"__main__", "launch"}


def test_help_lists_every_door_and_downloads_nothing(tmp_path: Path) -> None:
    for name in ("main.py", "launch"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    for arguments in (["--help"], [], ["setup", "--help"]):
        told = subprocess.run(
            [sys.executable, str(tmp_path / "main.py"), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "setup" in told.stdout
        assert told.stderr == ""
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_command_is_one_sentence() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "nonsense"], capture_output=True, text=True
    )
    assert told.returncode == 2
    assert "invalid choice: 'nonsense'" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.slow
def test_set_up_goes_on_after_a_kill(tmp_path: Path) -> None:
    for name in ("main.py", "launch", "biometrics", "requirements"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    command = [sys.executable, str(tmp_path / "main.py"), "setup"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (tmp_path / ".venv" / "installing").exists():
        time.sleep(0.1)
    first.kill()
    first.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert Environment(tmp_path).is_ready({"run"})
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.startswith("Set up: everything is installed.")
