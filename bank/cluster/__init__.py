"""Several PostgreSQL as one: Patroni chooses the leader, etcd remembers it, we only start them.

A *node* stands for a machine: one PostgreSQL, the Patroni that looks after it and one member of
etcd. All nodes of a cluster run here, for the demo and for tests; docs/operators.md tells how the
same is set up on three hosts.

Errors::

    ClusterError
    +-- ClusterNotInstalled     Patroni or etcd is missing: `main.py setup --with cluster`
    +-- ClusterUnknown          no cluster was made in this folder: `main.py cluster up`
    +-- NodeUnknown             the cluster has no node of that name
    +-- PortsTaken              a stranger listens where the cluster must: end that program
    +-- ClusterNotReady         not in the state waited for after the time allowed: wait or look
    |                           into the nodes' logs
    `-- CannotCompare           the leader could not be held still for a moment: ask again
"""

from bank.cluster.errors import (
    CannotCompare,
    ClusterError,
    ClusterNotInstalled,
    ClusterNotReady,
    ClusterUnknown,
    NodeUnknown,
    PortsTaken,
)

__all__ = [
    "CannotCompare",
    "ClusterError",
    "ClusterNotInstalled",
    "ClusterNotReady",
    "ClusterUnknown",
    "NodeUnknown",
    "PortsTaken",
]
