"""A cluster's status as lines for a person and as facts for a program. Pure functions."""

from collections.abc import Sequence
from dataclasses import asdict

from bank.cluster.status import ClusterStatus, NodeStatus

_HEAD = ("node", "role", "state", "counted on", "timeline", "position", "behind", "port")


def log_position(position: int | None) -> str:
    """A byte of the log as PostgreSQL writes it, such as ``0/4404060``."""
    return "" if position is None else f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


def status_lines(status: ClusterStatus) -> list[str]:
    """The table, and a sentence below it."""
    return [*columns([_HEAD, *(_row(node) for node in status.nodes)]), _sentence(status)]


def status_facts(status: ClusterStatus) -> dict[str, object]:
    """The same for ``--json``; positions and lags in bytes."""
    return asdict(status) | {"whole": status.whole}


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines with columns of equal width."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(node: NodeStatus) -> tuple[str, ...]:
    return (
        node.name,
        node.role or "-",
        node.state or "no answer",
        "" if node.role != "standby" else "yes" if node.synchronous else "no",
        str(node.timeline or ""),
        log_position(node.position),
        "" if node.lag_bytes is None else f"{node.lag_bytes} B",
        str(node.database_port),
    )


def _sentence(status: ClusterStatus) -> str:
    if status.leader is None:
        return "Nobody leads: nothing can be written."
    counted_on = sum(node.synchronous for node in status.nodes)
    if counted_on == 0 and len(status.nodes) > 1:
        return (
            f"{status.leader} leads, without a standby: nothing is acknowledged until one is back."
        )
    return f"{status.leader} leads."
