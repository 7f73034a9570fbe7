"""A cluster's status as lines for a person and as facts for a program. Pure functions."""

from collections.abc import Sequence
from dataclasses import asdict

from bank.cluster.compare import Comparison, NodeLedger
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


def comparison_lines(found: Comparison) -> list[str]:
    """Three tables, a column for each node, and a sentence."""
    nodes = found.nodes
    head = ("", *(f"{node.name} ({node.role})" for node in nodes))
    facts = [
        head,
        ("position", *(log_position(node.position) for node in nodes)),
        ("was behind", *(f"{node.behind_bytes} B" for node in nodes)),
        ("customers' accounts", *(str(node.accounts) for node in nodes)),
        ("booked", *(_money(node.booked_minor) for node in nodes)),
        ("held", *(_money(node.held_minor) for node in nodes)),
        ("entries", *(str(node.entries) for node in nodes)),
        ("digest", *(node.digest for node in nodes)),
    ]
    return [
        *columns(facts),
        "",
        "Accounts (booked, held):",
        *columns([head, *_side_by_side([_balances(node) for node in nodes])]),
        "",
        "Last entries:",
        *columns([head, *_side_by_side([_entries(node) for node in nodes])]),
        "",
        *(f"{name} was left out: {why}." for name, why in found.left_out),
        _verdict(found),
    ]


def comparison_facts(found: Comparison) -> dict[str, object]:
    """The same for ``--json``; positions in bytes, sums in minor units."""
    return asdict(found) | {"equal": found.equal}


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


def _balances(node: NodeLedger) -> dict[str, str]:
    return {
        f"{each.account}" + (f" (...{each.number})" if each.number else ""): (
            f"{_money(each.booked_minor)}, {_money(each.held_minor)} {each.currency}"
        )
        for each in node.balances
    }


def _entries(node: NodeLedger) -> dict[str, str]:
    return {
        f"{each.entry}": f"{each.kind} {_money(each.amount_minor)} {each.booked_at[:19]}"
        for each in node.last_entries
    }


def _side_by_side(each: Sequence[dict[str, str]]) -> list[tuple[str, ...]]:
    names = dict.fromkeys(name for node in each for name in node)
    return [(name, *(node.get(name, "-") for node in each)) for name in names]


def _verdict(found: Comparison) -> str:
    names = " and ".join(node.name for node in found.nodes)
    if len(found.nodes) < 2:
        return "There is nothing to compare with."
    if found.equal:
        return f"Equal: {names} hold the same money at {log_position(found.position)}."
    return f"NOT EQUAL: {names} differ at the same position. Stop, and ask who wrote to a standby."


def _money(amount_minor: int) -> str:
    # Two decimals, as most currencies have; the figure is for comparing.
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"
