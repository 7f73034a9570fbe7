"""`bank serve` as a process: ready, stopped, a taken port, no database, no keys."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from bank.store.postgres import DatabaseUrls, write_urls
from tests.bank.conftest import Servers, problem, serve_command


def run(data_dir: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        serve_command(data_dir, "A", port), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_taken_port_is_named_with_its_holder(servers: Servers) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = run(servers.data_dir, port)
    assert done.returncode == 2
    assert f"port {port} is taken by" in done.stderr
    assert str(os.getpid()) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_data_folder_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", 0)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_sigterm_ends_it_in_time_and_a_new_start_takes_the_port(servers: Servers) -> None:
    terminal = servers.terminal()
    assert terminal.call("GET", "/readyz").json() == {"ready": True, "server": "A", "reasons": []}
    port = servers.ports["A"]
    started = time.monotonic()
    assert servers.stop("A") == 0
    assert time.monotonic() - started < 5
    servers.start("A", port)
    assert servers.ports["A"] == port
    assert servers.terminal().call("GET", "/readyz").status_code == 200
    assert "Traceback" not in servers.log("A")


def test_without_a_database_it_lives_and_is_not_ready(servers: Servers, tmp_path: Path) -> None:
    terminal = servers.terminal()
    for name in ("bank", "terminals"):
        shutil.copytree(servers.data_dir / name, tmp_path / name)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        port = nobody.getsockname()[1]
        url = f"postgresql://bank_app:x@127.0.0.1:{port}/none?connect_timeout=1"
        write_urls(tmp_path, DatabaseUrls(owner=url, application=url))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            own = free.getsockname()[1]
        process = subprocess.Popen(
            serve_command(tmp_path, "A", own), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        servers.ports["without"] = own
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    answer = terminal.call("GET", "/readyz", server="without")
                    break
                except OSError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            assert answer.status_code == 503
            assert answer.json()["ready"] is False
            assert {"database", "starting"} <= set(answer.json()["reasons"])
            assert terminal.call("GET", "/healthz", server="without").status_code == 200
            jws = terminal.sign(terminal.order("case", 1, original="0" * 32))
            away = terminal.send(jws, server="without")
            assert problem(away) == (503, "unavailable")
            assert away.headers["Retry-After"] == "1"
            # The database comes back, at another port: nothing has to be started anew.
            write_urls(tmp_path, servers.urls)
            while terminal.call("GET", "/readyz", server="without").status_code != 200:
                assert time.monotonic() < deadline
                time.sleep(0.2)
            assert terminal.send(jws, server="without").json()["outcome"] == "recorded"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
            assert process.stdout is not None
            process.stdout.close()
            del servers.ports["without"]
