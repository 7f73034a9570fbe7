"""Children are kept alive, obey a person, and end with their launcher."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bank.process_records import ProcessRecord, read_records, write_records
from launch.child import Child
from launch.folder import DataFolder
from launch.kept_log import LIMIT_BYTES
from launch.supervisor import ChildFacts, ChildFailed, Plan, State, Supervisor

ROOT = Path(__file__).parents[2]
OBEDIENT = "import time; print('ready 1', flush=True); time.sleep(60)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready 1', flush=True); time.sleep(60)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    held = DataFolder(tmp_path / "data")
    yield held
    held.close()


@pytest.fixture
def supervisor(folder: DataFolder) -> Iterator[Supervisor]:
    made = Supervisor(folder)
    yield made
    made.close()


def plan(name: str, source: str) -> Plan:
    return Plan(name, (sys.executable, "-c", source))


def wait_until(true: Callable[[], bool], limit_s: float = 10.0) -> float:
    started_s = time.monotonic()
    while not true():
        assert time.monotonic() - started_s < limit_s
        time.sleep(0.01)
    return time.monotonic() - started_s


def facts(supervisor: Supervisor, name: str) -> ChildFacts:
    return next(child for child in supervisor.children() if child.name == name)


def test_a_killed_child_is_back_within_a_second(supervisor: Supervisor) -> None:
    supervisor.keep(plan("A", OBEDIENT))
    supervisor.wait_ready("A", 10)
    for restarts in (1, 2):
        killed = facts(supervisor, "A").pid
        psutil.Process(killed).kill()
        took_s = wait_until(lambda old=killed: facts(supervisor, "A").pid not in (0, old))
        assert took_s < 1.0
        supervisor.wait_ready("A", 10)
        assert facts(supervisor, "A").restarts == restarts
        assert facts(supervisor, "A").state is State.RUNNING


def test_a_child_that_cannot_be_written_down_does_not_run_on(
    supervisor: Supervisor, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def full_disk(_name: str, pid: int) -> None:
        started.append(pid)
        raise OSError("No space left on device")

    monkeypatch.setattr(folder, "record", full_disk)
    supervisor.keep(plan("A", OBEDIENT))
    with pytest.raises(ChildFailed, match="No space left"):
        supervisor.wait_ready("A", 1.0)
    supervisor.close()
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in started))
    assert len(started) > 1


def test_a_stopped_child_stays_stopped_until_started(supervisor: Supervisor) -> None:
    supervisor.keep(plan("A", OBEDIENT))
    supervisor.wait_ready("A", 10)
    pid = facts(supervisor, "A").pid
    supervisor.stop("A")
    wait_until(lambda: not psutil.pid_exists(pid))
    time.sleep(0.5)
    assert facts(supervisor, "A") == ChildFacts("A", State.STOPPED, 0, 0)
    supervisor.start("A")
    supervisor.wait_ready("A", 10)
    assert facts(supervisor, "A").state is State.RUNNING


def test_a_frozen_child_runs_on_when_started(supervisor: Supervisor) -> None:
    supervisor.keep(plan("A", OBEDIENT))
    supervisor.wait_ready("A", 10)
    pid = facts(supervisor, "A").pid
    supervisor.freeze("A")
    wait_until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    assert facts(supervisor, "A").state is State.FROZEN
    supervisor.start("A")
    wait_until(lambda: psutil.Process(pid).status() != psutil.STATUS_STOPPED)
    assert facts(supervisor, "A") == ChildFacts("A", State.RUNNING, pid, 0)


def test_all_end_within_five_seconds_deaf_and_frozen_ones_too(supervisor: Supervisor) -> None:
    for name, source in (("database", DEAF), ("A", OBEDIENT), ("B", DEAF), ("C", OBEDIENT)):
        supervisor.keep(plan(name, source))
        supervisor.wait_ready(name, 10)
    supervisor.freeze("C")
    pids = [child.pid for child in supervisor.children()]
    started_s = time.monotonic()
    supervisor.close()
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert time.monotonic() - started_s < 5.0


def test_the_database_ends_last(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "order"
    source = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(note)!r}, 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True); time.sleep(60)"
    )
    for name in ("database", "A"):
        command = (sys.executable, "-c", source, name[0])
        supervisor.keep(Plan(name, command, ends_last=name == "database"))
        supervisor.wait_ready(name, 10)
    supervisor.close()
    assert note.read_text() == "Ad"


def test_a_child_that_cannot_live_is_told_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.keep(plan("A", "import sys; sys.exit('the port is taken')"))
    with pytest.raises(ChildFailed, match="the port is taken"):
        supervisor.wait_ready("A", 3)
    assert facts(supervisor, "A").restarts < 10


def test_a_log_has_a_limit_and_keeps_what_was_said_last(
    supervisor: Supervisor, folder: DataFolder
) -> None:
    lines = "[print(f'{n:099}') for n in range(40_000)];"
    supervisor.keep(plan("A", f"{lines} print('x' * 3_000_000, end='');{lines} {OBEDIENT}"))
    supervisor.wait_ready("A", 20)
    log = folder.log("A")
    before = log.with_name(log.name + ".1")
    wait_until(lambda: log.read_bytes().endswith(b"ready 1\n"))
    assert max(log.stat().st_size, before.stat().st_size) <= LIMIT_BYTES
    said = (before.read_bytes() + log.read_bytes()).splitlines()
    assert len(said) > LIMIT_BYTES // 100
    last = [int(line) for line in said[:-1]]
    assert last == list(range(40_000 - len(last), 40_000))
    supervisor.stop("A")


def test_a_child_runs_on_where_no_log_can_be_written(tmp_path: Path) -> None:
    child = Child(
        [sys.executable, "-c", f"print(('x' * 99 + chr(10)) * 10_000); {OBEDIENT}"],
        tmp_path / "no such folder" / "A.log",
    )
    try:
        assert child.ready.wait(10)
    finally:
        child.kill()
        child.wait()


def test_children_end_by_themselves_when_the_launcher_is_killed(tmp_path: Path) -> None:
    launcher = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from launch.folder import DataFolder\n"
        "from launch.supervisor import Plan, Supervisor\n"
        f"supervisor = Supervisor(DataFolder(Path({str(tmp_path / 'data')!r})))\n"
        "child = 'from launch.parent import end_with_parent; import time;'\n"
        "child += 'end_with_parent(); print(\"ready\", flush=True); time.sleep(60)'\n"
        "for name in 'AB':\n"
        "    supervisor.keep(Plan(name, (sys.executable, '-c', child)))\n"
        "    supervisor.wait_ready(name, 10)\n"
        "print(*(child.pid for child in supervisor.children()), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", launcher], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2
        process.kill()
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), 5.0)


def test_what_a_killed_launcher_left_is_ended_and_strangers_are_not(tmp_path: Path) -> None:
    ours = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE)
    frozen = subprocess.Popen([sys.executable, "-c", OBEDIENT], stdout=subprocess.PIPE)
    stranger = subprocess.Popen([sys.executable, "-c", OBEDIENT], stdout=subprocess.PIPE)
    try:
        for process in (ours, frozen, stranger):
            assert process.stdout is not None
            process.stdout.readline()
        psutil.Process(frozen.pid).suspend()
        data = tmp_path / "data"
        DataFolder(data).close()
        written = tuple(ProcessRecord.of("A", pid) for pid in (ours.pid, frozen.pid))
        # The stranger has got an id that was ours at an earlier time.
        reused = ProcessRecord("B", stranger.pid, written[0].started_s - 1000)
        write_records(data / "run" / "processes.json", (*written, reused))
        folder = DataFolder(data)
        folder.end_left_behind()
        folder.close()
        assert not psutil.pid_exists(ours.pid)
        assert not psutil.pid_exists(frozen.pid)
        assert stranger.poll() is None
    finally:
        for process in (ours, frozen, stranger):
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def test_broken_records_name_no_process(tmp_path: Path) -> None:
    file = tmp_path / "processes.json"
    for broken in ("", "{", '[{"pid": 1}]', "7"):
        file.write_text(broken)
        assert read_records(file) == ()
    assert ProcessRecord("x", os.getpid(), 0.0).process() is None
    assert ProcessRecord.of("x", os.getpid()).process() is not None
