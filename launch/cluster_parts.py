"""A cluster on this machine: its nodes as children of this process, and doors to each of them."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bank.cluster import ClusterNotReady
from bank.cluster.layout import Layout, cluster_home
from bank.cluster.making import check_ports, make_database, make_or_open
from bank.cluster.power import (
    end_left_behind,
    freeze_node,
    kill_database,
    kill_node,
    revive_node,
)
from bank.cluster.programs import find_programs
from bank.cluster.status import ClusterStatus, ask_status
from bank.store.postgres import DatabaseUrls, write_urls
from bank.store.postgres.account import stand_in
from launch.cluster_table import status_lines
from launch.doors import ROOT
from launch.errors import LaunchError
from launch.folder import DataFolder
from launch.supervisor import Plan, Supervisor

NODES = 3
START_TIMEOUT_S = 120.0
POLL_S = 0.25


class ClusterFailed(LaunchError):
    """The cluster or one of its programs said no; the sentence is its own."""


class LocalCluster:
    """The cluster of a data folder, run by `supervisor`.

    Its methods may be called by any thread. Those that wait raise ClusterNotReady.
    """

    def __init__(self, folder: DataFolder, supervisor: Supervisor, nodes: int = NODES) -> None:
        """Open the cluster, making its folder at the first time; nothing is started yet.

        A second start has as many nodes as the first. Errors: ClusterError, PostgresError, OSError.
        """
        self._folder = folder
        self._supervisor = supervisor
        self.layout: Layout = make_or_open(cluster_home(folder.path), nodes)
        end_left_behind(self.layout)
        check_ports(self.layout)
        # Once for all nodes, before they begin: copies are made only here.
        find_programs(stand_in(), self.layout.home)

    @property
    def names(self) -> tuple[str, ...]:
        """The nodes' names."""
        return tuple(node.name for node in self.layout.nodes)

    def start(self) -> DatabaseUrls:
        """Start all nodes and return the addresses of the bank's database as soon as it can write.

        The addresses name all nodes and lead to the one that may be written; they are also written
        to the data folder for the bank's servers. Errors: ClusterNotReady.
        """
        for name in self.names:
            home = str(self.layout.home)
            command = (sys.executable, str(ROOT / "main.py"), "cluster", "node")
            plan = Plan(name, (*command, "--home", home, "--node", name), ends_last=True)
            self._supervisor.keep(plan)
        self.wait(lambda status: _can_write(self.layout, status), START_TIMEOUT_S)
        urls = _patiently(lambda: make_database(self.layout))
        write_urls(self._folder.path, urls)
        return urls

    def status(self) -> ClusterStatus:
        """Every node as it stands; takes a second at most."""
        return ask_status(self.layout)

    def leader(self, timeout_s: float = START_TIMEOUT_S) -> str:
        """The name of the node that leads, waiting for one."""
        return self.wait(lambda status: status.leader is not None, timeout_s).leader or ""

    def wait(
        self, true: Callable[[ClusterStatus], bool], timeout_s: float = START_TIMEOUT_S
    ) -> ClusterStatus:
        """Ask until what came is as wanted; return it. Errors: ClusterNotReady."""
        deadline_s = time.monotonic() + timeout_s
        while not true(status := self.status()):
            if time.monotonic() > deadline_s:
                table = "\n".join(status_lines(status))
                raise ClusterNotReady(f"After {timeout_s:.0f} s the cluster stands so:\n{table}")
            time.sleep(POLL_S)
        return status

    def wait_whole(self, timeout_s: float = START_TIMEOUT_S) -> ClusterStatus:
        """Wait until every node is up and each standby may be counted on."""
        return self.wait(lambda status: status.whole, timeout_s)

    def kill(self, name: str) -> None:
        """Cut a node's power: PostgreSQL, Patroni and etcd die at once. Errors: NodeUnknown."""
        kill_node(self.layout, name)

    def freeze(self, name: str) -> None:
        """Hold a node still without its knowing (SIGSTOP). Errors: NodeUnknown."""
        freeze_node(self.layout, name)

    def revive(self, name: str) -> None:
        """Switch a killed node on, or let a frozen one run on; it rejoins by itself."""
        revive_node(self.layout, name)

    def kill_database(self, name: str) -> None:
        """Kill a node's PostgreSQL alone, as ``kill -9`` of all its processes would."""
        kill_database(self.layout, name)


@contextmanager
def running_cluster(path: Path, nodes: int = NODES) -> Iterator[tuple[LocalCluster, DatabaseUrls]]:
    """A cluster in the data folder `path`, whole, with an empty database "bank" or the one it had.

    Under root the folder must let other accounts through (0711). Errors: ClusterError,
    LaunchError, OSError.
    """
    folder = DataFolder(path)
    supervisor = Supervisor(folder)
    try:
        folder.end_left_behind()
        cluster = LocalCluster(folder, supervisor, nodes)
        urls = cluster.start()
        cluster.wait_whole()
        yield cluster, urls
    finally:
        supervisor.close()
        folder.close()


def _can_write(layout: Layout, status: ClusterStatus) -> bool:
    # Strict as it is, a cluster of several writes only once a standby can be counted on.
    counted_on = sum(node.synchronous for node in status.nodes)
    return status.leader is not None and (counted_on > 0 or len(layout.nodes) == 1)


def _patiently(work: Callable[[], DatabaseUrls]) -> DatabaseUrls:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return work()
        except psycopg.OperationalError as problem:
            # The leader may have changed in the meantime.
            if time.monotonic() > deadline_s:
                raise ClusterNotReady(str(problem)) from problem
        time.sleep(POLL_S)
