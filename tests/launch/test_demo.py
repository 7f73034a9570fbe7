"""The demo as a user starts, stops, kills, repeats and resets it. The window is drawn offscreen."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from launch.demo_parts import DATABASE, DEVICE, SERVERS
from launch.folder import read_ports

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 120.0

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(os.name != "posix", reason="ends the demo by POSIX signals"),
]


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder in which the demo has been started and ended once."""
    # Not tmp_path: root's stand-in for the database could not enter it.
    outer = Path(tempfile.mkdtemp(prefix="fortress-demo-"))
    outer.chmod(0o711)
    folder = outer / "data"
    with demo(folder) as process:
        wait_serving(folder, process)
        process.terminate()
        assert process.wait(10) == 0
    yield folder
    shutil.rmtree(outer)


@contextmanager
def demo(folder: Path, *options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    wanted = options or ("--ports", "0,0")
    quiet = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    with subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "demo", "--data", str(folder), *wanted],
        env=os.environ | quiet | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(true: Callable[[], bool], limit_s: float) -> None:
    deadline_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def wait_serving(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until this start's two servers take connections."""
    begun_s = psutil.Process(process.pid).create_time()

    def serving() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read()
        file = folder / "run" / "ports.json"
        if not file.exists() or file.stat().st_mtime < begun_s - 1:
            return False
        both = read_ports(folder)
        assert both is not None
        return connects(both.primary) and connects(both.backup)

    wait_until(serving, START_LIMIT_S)


def connects(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def all_gone(children: list[psutil.Process]) -> bool:
    return not any(child.is_running() and child.status() != "zombie" for child in children)


def kept(folder: Path) -> dict[str, str]:
    """The digest of everything that a second start must keep."""
    names = ["demo/customers.json", "bank/trust.pem", "bank/keyset.json"]
    names += ["bank/servers/A/cert.pem", "terminals/ATM-0001/cert.pem"]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_five_seconds_without_a_traceback(
    data: Path, number: signal.Signals
) -> None:
    before = kept(data)
    with demo(data) as process:
        wait_serving(data, process)
        children = family(process)
        assert len(children) >= 5
        started_s = time.monotonic()
        process.send_signal(number)
        said, _ = process.communicate(timeout=10)
        assert time.monotonic() - started_s < 5.0
    assert process.returncode == 0, said
    assert "Traceback" not in said
    # A database writes what it has before it goes, on a busy machine for a moment longer.
    wait_until(lambda: all_gone(children), 5.0)
    assert kept(data) == before


def test_a_killed_launcher_leaves_nothing_running_and_can_be_started_again(data: Path) -> None:
    before = kept(data)
    with demo(data) as process:
        wait_serving(data, process)
        children = family(process)
        process.kill()
        process.wait()
    wait_until(lambda: all_gone(children), 5.0)
    with demo(data) as process:
        wait_serving(data, process)
        assert kept(data) == before
        process.terminate()
        assert process.wait(10) == 0


def test_killed_parts_are_back(data: Path) -> None:
    with demo(data) as process:
        wait_serving(data, process)
        records = json.loads((data / "run" / "processes.json").read_text())
        first = {record["name"]: record["pid"] for record in records}
        assert set(first) == {DATABASE, DEVICE, *SERVERS}
        for name in SERVERS:
            os.kill(first[name], signal.SIGKILL)

        def others() -> bool:
            now = json.loads((data / "run" / "processes.json").read_text())
            return all(
                each["pid"] != first[each["name"]] for each in now if each["name"] in SERVERS
            )

        wait_until(others, 1.0)
        wait_serving(data, process)
        process.terminate()
        process.wait(10)


def test_a_second_demo_in_the_same_folder_says_where_the_first_is(data: Path) -> None:
    with demo(data) as process:
        wait_serving(data, process)
        both = read_ports(data)
        assert both is not None
        with demo(data) as second:
            said, _ = second.communicate(timeout=60)
        assert second.returncode == 0
        assert f"already running with its bank servers on ports {both.primary} and" in said
        with demo(data, "--reset") as resetting:
            resetting.communicate(timeout=60)
        assert resetting.returncode == 1
        assert connects(both.primary)
        process.terminate()
        process.wait(10)


def test_a_strangers_port_is_named_and_the_next_pair_taken(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        with demo(data, "--ports", f"{taken},{taken + 1}") as process:
            assert process.stdout is not None
            first, second = process.stdout.readline(), process.stdout.readline()
            process.kill()
    assert first.startswith(f"Port {taken} is taken by ")
    assert f"(process {os.getpid()})" in first
    assert second.startswith("Bank servers: ")
    assert f" {taken} " not in second


def serve(data: Path, server: str, port: int) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "main.py"), "bank", "serve", "--data", str(data)]
    command += ["--server", server, "--port", str(port)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return told.returncode, told.stdout + told.stderr


def test_a_bank_server_tells_its_own_folders_instance_from_a_stranger(data: Path) -> None:
    with demo(data) as process:
        wait_serving(data, process)
        both = read_ports(data)
        assert both is not None
        status, said = serve(data, "A", both.primary)
        assert status == 0
        assert said.strip().endswith(f"already answers on port {both.primary}")
        status, said = serve(data, "A", both.backup)
        assert status == 2
        assert f"port {both.backup} is taken by " in said
        process.terminate()
        process.wait(10)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        status, said = serve(data, "A", taken)
    assert status == 2
    assert f"(process {os.getpid()})" in said


@pytest.mark.parametrize("settings", [{}, {"DISPLAY": ":98765"}])
def test_without_a_usable_display_it_says_so_and_runs_the_tour(
    data: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with demo(data, QT_QPA_PLATFORM="", TMPDIR=str(data.parent), **settings) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        children = family(process)
        process.kill()
    wait_until(lambda: all_gone(children), 10.0)
    assert first.endswith(": running the tour instead of the window.\n")
    assert ("does not answer" if settings else "There is no display") in first


def test_reset_asks_and_wipes_only_after_yes(data: Path) -> None:
    copied = kept(data)
    for answer in ("no\n", ""):
        with demo(data, "--reset") as process:
            said, _ = process.communicate(answer, timeout=60)
        assert process.returncode == 1
        assert "Type yes to go on" in said
        assert "Nothing was deleted." in said
        assert kept(data) == copied
    with demo(data, "--reset", "--ports", "0,0") as process:
        assert process.stdin is not None
        process.stdin.write("yes\n")
        process.stdin.flush()
        wait_until(lambda: not (data / "demo" / "customers.json").exists(), 30.0)
        process.stdin.close()
        wait_until(lambda: (data / "demo" / "customers.json").exists(), START_LIMIT_S)
        process.terminate()
        process.wait(10)
    assert kept(data)["bank/keyset.json"] != copied["bank/keyset.json"]


@pytest.mark.parametrize("wanted", ["1069", "x,y", "70000,1"])
def test_bad_ports_are_one_sentence(tmp_path: Path, wanted: str) -> None:
    with demo(tmp_path / "data", "--ports", wanted) as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "is not two different ports" in said
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()
