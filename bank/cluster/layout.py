"""Which nodes a cluster has and where they listen.

On disk, below the cluster's home::

    cluster.json          this layout and the passwords (0600, ours)
    tls/                  the cluster's own authority and the operator's certificate (0700, ours)
    programs/             copies of the programs, only where the account cannot enter the originals
    switch/n1             what the node is to do: on, off or frozen
    switch/n1.processes   which processes it is
    n1/                   one node (0700, of the account that PostgreSQL runs as)
        data/             PostgreSQL's own
        etcd/             etcd's own
        tls/              the node's certificate
        patroni.json      what Patroni was told
        *.log
"""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bank.cluster.errors import ClusterUnknown, NodeUnknown, PortsTaken
from bank.ports import is_free
from bank.private_file import write_private
from bank.store.postgres import home_for
from bank.store.postgres.roles import Passwords

# Below the range from which systems take ports for outgoing connections (32768 on Linux): a port
# of a stopped cluster is then not lost to a chance connection. etcd cannot simply move.
FIRST_PORT, LAST_PORT = 20_000, 32_000
TRIES = 400


@dataclass(frozen=True)
class Node:
    """One node; its four ports are on 127.0.0.1."""

    name: str
    database_port: int
    patroni_port: int
    etcd_port: int
    etcd_peer_port: int

    @property
    def ports(self) -> tuple[int, int, int, int]:
        """All of them."""
        return (self.database_port, self.patroni_port, self.etcd_port, self.etcd_peer_port)


@dataclass(frozen=True)
class Layout:
    """A cluster as it was made. `home` is where it lies."""

    home: Path
    token: str
    nodes: tuple[Node, ...]
    passwords: Passwords = field(repr=False)
    replication_password: str = field(repr=False)

    def node(self, name: str) -> Node:
        """The node `name`. Errors: NodeUnknown."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise NodeUnknown(f"there is no node {name}, only {', '.join(n.name for n in self.nodes)}")

    def folder(self, node: Node) -> Path:
        """The node's folder."""
        return self.home / node.name

    def record(self, node: Node) -> Path:
        """Where the node's processes are written down."""
        return self.home / "switch" / f"{node.name}.processes"

    @property
    def database_ports(self) -> tuple[int, ...]:
        """Where the databases listen, in the order of the nodes."""
        return tuple(node.database_port for node in self.nodes)


def cluster_home(data_dir: Path) -> Path:
    """The folder of the cluster that belongs to `data_dir`; wiped with its database."""
    return home_for(data_dir) / "nodes"


def make_layout(home: Path, count: int) -> Layout:
    """Choose names, ports and passwords for `count` new nodes. Errors: PortsTaken (all are)."""
    ports = iter(_free_ports(4 * count))
    nodes = tuple(
        Node(f"n{number}", next(ports), next(ports), next(ports), next(ports))
        for number in range(1, count + 1)
    )
    made = [secrets.token_urlsafe(32) for _ in range(4)]
    return Layout(home, secrets.token_hex(8), nodes, Passwords(*made[:3]), made[3])


def write_layout(layout: Layout) -> None:
    """Keep it, readable by this user only. Errors: OSError."""
    facts = asdict(layout)
    del facts["home"]
    write_private(layout.home / "cluster.json", json.dumps(facts).encode("utf-8"))


def read_layout(home: Path) -> Layout:
    """The cluster in `home`. Errors: ClusterUnknown."""
    file = home / "cluster.json"
    try:
        facts = json.loads(file.read_text("utf-8"))
        return Layout(
            home,
            facts["token"],
            tuple(Node(**node) for node in facts["nodes"]),
            Passwords(**facts["passwords"]),
            facts["replication_password"],
        )
    except FileNotFoundError:
        raise ClusterUnknown(f"no cluster was made in {home}") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ClusterUnknown(f"{file} cannot be read: {problem}") from problem


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for _ in range(TRIES):
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if port not in found and is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise PortsTaken(f"no {count} ports between {FIRST_PORT} and {LAST_PORT} are free")
