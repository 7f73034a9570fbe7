"""Making a cluster's folder, and the bank's database in it once it has a leader."""

import os
import shutil
from pathlib import Path

from bank.cluster.certificates import make_certificates
from bank.cluster.errors import ClusterNotReady, ClusterUnknown, PortsTaken
from bank.cluster.layout import Layout, make_layout, read_layout, write_layout
from bank.ports import is_free
from bank.store.postgres.account import stand_in
from bank.store.postgres.databases import create_database
from bank.store.postgres.roles import DatabaseUrls

DATABASE = "bank"
OPERATOR = "operator"


def make_or_open(home: Path, count: int) -> Layout:
    """The cluster in `home`, made with `count` nodes if there is none. Errors: OSError, PortsTaken,
    ClusterNotReady where the account that PostgreSQL runs as cannot enter `home`.
    """
    try:
        return read_layout(home)
    except ClusterUnknown:
        pass
    _open_way(home)
    layout = make_layout(home, count)
    account = stand_in()
    if account is not None and not account.can_enter(home):
        raise ClusterNotReady(f"PostgreSQL would run as {account.name}, who cannot enter {home}")
    folders = {}
    for node in layout.nodes:
        # Left by a start that was interrupted before the cluster was written down.
        shutil.rmtree(layout.folder(node), ignore_errors=True)
        folders[node.name] = layout.folder(node) / "tls"
    make_certificates(folders | {OPERATOR: home / "tls"})
    for node in layout.nodes:
        folder = layout.folder(node)
        folder.chmod(0o700)
        if account is not None:
            for place in (folder, *folder.rglob("*")):
                os.chown(place, account.uid, account.gid)
    (home / "switch").mkdir(mode=0o700, exist_ok=True)
    write_layout(layout)
    return layout


def check_ports(layout: Layout) -> None:
    """Errors: PortsTaken. For use before the cluster's own programs run."""
    taken = [str(port) for node in layout.nodes for port in node.ports if not is_free(port)]
    if taken:
        raise PortsTaken(
            f"The cluster was made with port {', '.join(taken)} of 127.0.0.1, where another "
            "program listens now. End that program, or begin anew in another folder."
        )


def make_database(layout: Layout) -> DatabaseUrls:
    """Make the bank's roles and database where they are missing, on whoever leads.

    Returns addresses that name all nodes: a connection goes to the one that may be written.
    Errors: psycopg.Error.
    """
    return create_database(layout.database_ports, layout.passwords, DATABASE)


def _open_way(home: Path) -> None:
    # Whatever the umask: new folders let the account through, and nobody read.
    new = [place for place in (home, *home.parents) if not place.exists()]
    for place in reversed(new):
        place.mkdir(exist_ok=True)
        place.chmod(0o711)
    home.chmod(0o711)
