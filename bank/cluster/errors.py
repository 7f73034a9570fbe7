"""The errors of a cluster; the tree is drawn in the package's docstring."""


class ClusterError(Exception):
    """Any failure of making, running or asking a cluster."""


class ClusterNotInstalled(ClusterError):
    """Patroni or etcd is not there."""


class ClusterUnknown(ClusterError):
    """The folder holds no cluster, or its description is broken."""


class NodeUnknown(ClusterError):
    """No node has that name."""


class PortsTaken(ClusterError):
    """Somebody else listens on a port that the cluster was made with."""


class ClusterNotReady(ClusterError):
    """The cluster was not in the state waited for in time."""


class CannotCompare(ClusterError):
    """The leader is away or too busy to be held still."""
