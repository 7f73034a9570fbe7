"""Switching nodes off, freezing and reviving them, and waiting until it is so."""

import time
from collections.abc import Callable

import psutil

from bank.cluster import processes
from bank.cluster.errors import ClusterNotReady
from bank.cluster.layout import Layout, Node
from bank.cluster.switch import Power, write_power
from bank.process_records import read_records

POLL_S = 0.05
OBEY_TIMEOUT_S = 10.0
END_DATABASE_S = 10.0


def kill_node(layout: Layout, name: str) -> None:
    """Cut a node's power: PostgreSQL, Patroni and etcd die at once, and stay away until revived.

    Errors: NodeUnknown, ClusterNotReady.
    """
    node = layout.node(name)
    write_power(layout, node, Power.OFF)
    _wait(node, lambda: not _family(layout, node), "off")


def freeze_node(layout: Layout, name: str) -> None:
    """Hold a running node still, as if its machine hung. Errors: NodeUnknown, ClusterNotReady."""
    node = layout.node(name)
    write_power(layout, node, Power.FROZEN)
    _wait(node, lambda: _all_held(_family(layout, node)), "frozen")


def revive_node(layout: Layout, name: str) -> None:
    """Switch a node on, or let a frozen one run on; it joins the others by itself, in its time.

    Errors: NodeUnknown.
    """
    write_power(layout, layout.node(name), Power.ON)


def kill_database(layout: Layout, name: str) -> None:
    """Kill a node's PostgreSQL alone; its Patroni finds out. Errors: NodeUnknown."""
    family = processes.families([processes.postmaster(layout.folder(layout.node(name)) / "data")])
    processes.kill(family)
    psutil.wait_procs(family, timeout=OBEY_TIMEOUT_S)


def end_left_behind(layout: Layout) -> None:
    """End all processes of a cluster whose launcher was killed; PostgreSQL in order."""
    for node in layout.nodes:
        processes.kill_started(layout.record(node))
    for node in layout.nodes:
        processes.end_postgres(layout.folder(node) / "data", END_DATABASE_S)


def _family(layout: Layout, node: Node) -> list[psutil.Process]:
    roots = [each.process() for each in read_records(layout.record(node))]
    return processes.families([*roots, processes.postmaster(layout.folder(node) / "data")])


def _all_held(family: list[psutil.Process]) -> bool:
    def held(process: psutil.Process) -> bool:
        try:
            return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return True

    return bool(family) and all(held(process) for process in family)


def _wait(node: Node, true: Callable[[], bool], state: str) -> None:
    deadline_s = time.monotonic() + OBEY_TIMEOUT_S
    while not true():
        if time.monotonic() > deadline_s:
            raise ClusterNotReady(f"{node.name} was not {state} after {OBEY_TIMEOUT_S:.0f} s")
        time.sleep(POLL_S)
