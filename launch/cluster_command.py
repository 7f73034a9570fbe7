"""``main.py cluster``: the database as several nodes on this machine, and doors to each of them."""

import argparse
import contextlib
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from bank.cluster import ClusterError
from bank.cluster.compare import compare_nodes
from bank.cluster.layout import cluster_home, read_layout
from bank.cluster.node import NodeRunner
from bank.cluster.power import end_left_behind, freeze_node, kill_node, revive_node
from bank.cluster.programs import find_programs
from bank.cluster.status import ClusterStatus, ask_status
from bank.store.postgres import PostgresError
from bank.store.postgres.account import stand_in
from launch.cluster_parts import NODES, ClusterFailed, LocalCluster
from launch.cluster_table import comparison_facts, comparison_lines, status_facts, status_lines
from launch.errors import FolderInUse, LaunchError
from launch.folder import DataFolder, default_cluster_path, launcher_of
from launch.supervisor import Supervisor

LOOK_S = 1.0
STOP_TIMEOUT_S = 15.0
STOP_POLL_S = 0.1
MOST_NODES = 7
SWITCHES = ("kill", "freeze", "revive")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the commands of ``cluster``."""
    commands = parser.add_subparsers(dest="cluster_command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start all nodes and show who leads, until told to end")
    up.add_argument(
        "--nodes", type=_count, default=NODES, help="how many, at the first start (default: 3)"
    )
    status = commands.add_parser("status", help="who leads, who follows, how far behind")
    status.add_argument("--json", action="store_true", help="one JSON line instead of a table")
    status.add_argument("--watch", action="store_true", help="again every second")
    for name, what in (
        ("kill", "cut a node's power: its PostgreSQL, Patroni and etcd die together"),
        ("freeze", "hold a node still without its knowing"),
        ("revive", "switch a killed node on, or let a frozen one go on"),
    ):
        one = commands.add_parser(name, help=what)
        one.add_argument("node", metavar="NODE", help="such as n1")
    stop = commands.add_parser("stop", help="end the cluster and whatever started it")
    compare = commands.add_parser(
        "compare", help="accounts, balances and last entries of all nodes side by side"
    )
    compare.add_argument("--json", action="store_true", help="one JSON line instead of tables")
    compare.add_argument(
        "--rows", type=int, default=10, help="how many accounts and entries to show (default: 10)"
    )
    for command in (up, status, stop, compare, *(commands.choices[n] for n in SWITCHES)):
        _add_data(command)
    node = commands.add_parser("node")  # what `up` starts for each node; for nobody's hands
    node.add_argument("--home", type=Path, required=True)
    node.add_argument("--node", required=True)


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line asks. Errors: LaunchError."""
    try:
        return _COMMANDS[arguments.cluster_command](arguments)
    except (ClusterError, PostgresError) as problem:
        raise ClusterFailed(str(problem)) from problem


def _up(arguments: argparse.Namespace) -> int:
    told = _told()
    try:
        folder = DataFolder(arguments.data)
    except FolderInUse as already:
        print(already)
        return 0
    supervisor = Supervisor(folder)
    failed: list[Exception] = []
    try:
        folder.end_left_behind()
        cluster = LocalCluster(folder, supervisor, arguments.nodes)
        print(f"Starting {len(cluster.names)} nodes below {cluster.layout.home}.", flush=True)
        starting = threading.Thread(target=_start, args=(cluster, told, failed), daemon=True)
        starting.start()
        _show_changes(cluster.status, told)
    finally:
        supervisor.close()
        folder.close()
    if failed:
        raise ClusterFailed(str(failed[0])) from failed[0]
    return 0


def _start(cluster: LocalCluster, told: threading.Event, failed: list[Exception]) -> None:
    """Start it on a thread; what went wrong is for whoever waits, who is told to end."""
    try:
        cluster.start()
    except (ClusterError, LaunchError, psycopg.Error, OSError) as problem:
        if not told.is_set():
            failed.append(problem)
            told.set()
        return
    print("The bank's database is ready; `cluster status --watch` follows it.", flush=True)


def _show_changes(ask: Callable[[], ClusterStatus], told: threading.Event) -> None:
    shown = None
    while not told.wait(LOOK_S):
        status = ask()
        now = (status.leader, *((n.role, n.state, n.synchronous) for n in status.nodes))
        if now != shown:
            shown = now
            print(time.strftime("%H:%M:%S"), *status_lines(status), sep="\n", flush=True)


def _status(arguments: argparse.Namespace) -> int:
    layout = read_layout(cluster_home(arguments.data.expanduser().resolve()))
    told = _told() if arguments.watch else None
    while True:
        status = ask_status(layout)
        if arguments.json:
            print(json.dumps(status_facts(status)), flush=True)
        else:
            clear = "\x1b[H\x1b[J" if arguments.watch and sys.stdout.isatty() else ""
            print(clear + "\n".join(status_lines(status)), flush=True)
        if told is None or told.wait(LOOK_S):
            return 0 if status.leader is not None else 1


def _switch(arguments: argparse.Namespace) -> int:
    layout = read_layout(cluster_home(arguments.data.expanduser().resolve()))
    change, done = {
        "kill": (kill_node, "is dead; `cluster revive` brings it back"),
        "freeze": (freeze_node, "is frozen; `cluster revive` lets it go on"),
        "revive": (revive_node, "is switched on and joins the others by itself"),
    }[arguments.cluster_command]
    change(layout, arguments.node)
    print(f"{arguments.node} {done}.")
    return 0


def _stop(arguments: argparse.Namespace) -> int:
    layout = read_layout(cluster_home(arguments.data.expanduser().resolve()))
    record = launcher_of(arguments.data)
    process = record.process() if record is not None else None
    if record is not None and process is not None:
        with contextlib.suppress(psutil.Error):
            process.terminate()
        deadline_s = time.monotonic() + STOP_TIMEOUT_S
        while record.process() is not None:
            if time.monotonic() > deadline_s:
                raise ClusterFailed(f"Process {record.pid} runs the cluster and did not end.")
            time.sleep(STOP_POLL_S)
    end_left_behind(layout)
    print("The cluster is stopped; `cluster up` goes on with it.")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    layout = read_layout(cluster_home(arguments.data.expanduser().resolve()))
    found = compare_nodes(layout, ask_status(layout), max(0, arguments.rows))
    if arguments.json:
        print(json.dumps(comparison_facts(found)))
    else:
        print("\n".join(comparison_lines(found)))
    return 0 if found.equal and len(found.nodes) > 1 else 1


def _node(arguments: argparse.Namespace) -> int:
    told = _told()
    layout = read_layout(arguments.home)
    programs = find_programs(stand_in(), layout.home)
    runner = NodeRunner(layout, layout.node(arguments.node), programs)
    runner.run(told.is_set, lambda: print(f"ready {arguments.node}", flush=True))
    return 0


def _told() -> threading.Event:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, default=default_cluster_path(), metavar="DIR", help="the data folder"
    )


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= MOST_NODES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of nodes from 1 to {MOST_NODES}"
        )
    return count


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": _up,
    "status": _status,
    "kill": _switch,
    "freeze": _switch,
    "revive": _switch,
    "stop": _stop,
    "compare": _compare,
    "node": _node,
}
