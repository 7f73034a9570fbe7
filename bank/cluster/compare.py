"""The ledger of every node side by side, at the same position of the log.

Standbys replay while one looks, so two of them are hardly ever at the same point. For a moment the
leader is held still: its money tables are locked against writing, each standby is waited for until
it has replayed the leader's position, and every node takes a snapshot. Then the lock goes, and the
snapshots are read at leisure. Writers wait for `HOLD_S` at most; a standby that needs longer is
left out and said to be behind.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, LiteralString, TypeAlias

import psycopg
from psycopg import sql

from bank.cluster.errors import CannotCompare
from bank.cluster.layout import Layout
from bank.cluster.making import DATABASE
from bank.cluster.status import ClusterStatus
from bank.store.postgres.roles import OWNER, url

HOLD_S = 2.0
LOCK_TIMEOUT = "1s"
LONGEST_HOLD = "4s"
POLL_S = 0.01
MONEY = ("accounts", "entries", "postings", "holds", "requests", "tombstones")

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Balance:
    """An account: `booked_minor` and `held_minor` in minor units of its currency."""

    account: int
    number: str
    """The last four digits; empty for the bank's own accounts."""
    currency: str
    booked_minor: int
    held_minor: int


@dataclass(frozen=True)
class LastEntry:
    """An entry of the ledger; `amount_minor` is what moved."""

    entry: int
    kind: str
    booked_at: str
    amount_minor: int


@dataclass(frozen=True)
class NodeLedger:
    """What one node holds at `position`.

    `behind_bytes`: what it had still to replay when it was first asked. `digest` covers every row
    of the money tables, in any order.
    """

    name: str
    role: str
    position: int
    behind_bytes: int
    accounts: int
    booked_minor: int
    held_minor: int
    entries: int
    digest: str
    balances: tuple[Balance, ...]
    last_entries: tuple[LastEntry, ...]


@dataclass(frozen=True)
class Comparison:
    """The nodes at one position. `left_out`: nodes that could not be looked at, and why."""

    position: int
    held_s: float
    nodes: tuple[NodeLedger, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def equal(self) -> bool:
        """Whether all nodes that were looked at hold the same, to the byte."""
        return len({node.digest for node in self.nodes}) == 1


def compare_nodes(layout: Layout, status: ClusterStatus, rows: int) -> Comparison:
    """Look at every node that runs. `rows`: how many balances and entries to bring along.

    Errors: CannotCompare.
    """
    if status.leader is None:
        raise CannotCompare("nobody leads")
    running = [node.name for node in status.nodes if node.role and node.name != status.leader]
    left_out = {n.name: n.state or "no answer" for n in status.nodes if not n.role}
    with ExitStack() as stack:
        try:
            brake = stack.enter_context(_connect(layout, status.leader))
            leader = stack.enter_context(_connect(layout, status.leader))
        except psycopg.Error as problem:
            raise CannotCompare(f"{status.leader} does not answer: {problem}") from problem
        standbys: dict[str, Connection] = {}
        for name in running:
            try:
                standbys[name] = stack.enter_context(_connect(layout, name))
            except psycopg.Error:
                left_out[name] = "does not take connections"
        started_s = time.monotonic()
        position = _hold(brake, leader)
        reached = {status.leader: (leader, position, 0)}
        for name, connection in standbys.items():
            try:
                found, replayed = _wait_for(connection, position, started_s + HOLD_S)
                if replayed >= position:
                    _snapshot(connection)
                    reached[name] = (connection, replayed, max(0, position - found))
                else:
                    left_out[name] = f"{position - replayed} bytes behind after {HOLD_S:.0f} s"
            except psycopg.Error as problem:
                left_out[name] = f"went away: {problem}"
        _let_go(brake)
        held_s = time.monotonic() - started_s
        with ThreadPoolExecutor(len(reached)) as pool:
            read = [
                pool.submit(_read, name, name == status.leader, at, behind, connection, rows)
                for name, (connection, at, behind) in reached.items()
            ]
            try:
                nodes = tuple(each.result() for each in read)
            except psycopg.Error as problem:
                # A snapshot that a standby could not keep any longer, or a node that died.
                raise CannotCompare(str(problem)) from problem
    return Comparison(position, held_s, nodes, tuple(left_out.items()))


def _connect(layout: Layout, name: str) -> Connection:
    address = url(layout.node(name).database_port, OWNER, layout.passwords.owner, DATABASE)
    # The same words on every node: the digest is over rows as text.
    return psycopg.connect(address, autocommit=True, options="-c timezone=UTC -c datestyle=ISO")


def _hold(brake: Connection, leader: Connection) -> int:
    """Stop all writers, take the leader's snapshot, return its position."""
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in MONEY)
    try:
        brake.execute("BEGIN")
        brake.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT))
        # Should this process be stopped in the middle, the bank must not stand still with it.
        brake.execute(
            sql.SQL("SET LOCAL idle_in_transaction_session_timeout = {}").format(LONGEST_HOLD)
        )
        # Whoever writes holds its own lock until its commit can be seen, standby included: after
        # this, all that was written lies before the position.
        brake.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(tables))
        # A mark in the log behind all of it. It need not wait for a standby to be one.
        leader.execute("SET synchronous_commit = local")
        mark = "SELECT pg_logical_emit_message(true, 'compare', '') - '0/0'::pg_lsn"
        position = int(_one(leader, mark))
        _snapshot(leader)
    except psycopg.Error as problem:
        raise CannotCompare(f"the leader could not be held still: {problem}") from problem
    return position


def _let_go(brake: Connection) -> None:
    try:
        brake.execute("ROLLBACK")
    except psycopg.Error as problem:
        # Its lock ended before all nodes had been looked at: they may have gone on since.
        raise CannotCompare(f"the leader could not be held still: {problem}") from problem


def _wait_for(standby: Connection, position: int, deadline_s: float) -> tuple[int, int]:
    """How far the standby had replayed when first asked, and in the end."""
    found = replayed = _replayed(standby)
    while replayed < position and time.monotonic() < deadline_s:
        time.sleep(POLL_S)
        replayed = _replayed(standby)
    return found, replayed


def _replayed(standby: Connection) -> int:
    return int(_one(standby, "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn"))


def _snapshot(connection: Connection) -> None:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.execute("SELECT 1")


def _read(
    name: str, leads: bool, position: int, behind_bytes: int, connection: Connection, rows: int
) -> NodeLedger:
    count, booked, held = connection.execute(
        "SELECT count(*), coalesce(sum(booked_minor), 0), coalesce(sum(held_minor), 0)"
        " FROM accounts WHERE kind = 'customer'"
    ).fetchone() or (0, 0, 0)
    balances = connection.execute(
        "SELECT id, coalesce(right(number, 4), ''), currency, booked_minor, held_minor"
        " FROM accounts ORDER BY id LIMIT %s",
        [rows],
    )
    last = connection.execute(
        "SELECT e.id, e.kind, e.booked_at::text, coalesce(max(abs(p.amount_minor)), 0)"
        " FROM (SELECT * FROM entries ORDER BY id DESC LIMIT %s) e"
        " LEFT JOIN postings p ON p.entry = e.id AND p.day = e.day"
        " GROUP BY e.id, e.kind, e.booked_at ORDER BY e.id DESC",
        [rows],
    )
    return NodeLedger(
        name=name,
        role="leader" if leads else "standby",
        position=position,
        behind_bytes=behind_bytes,
        accounts=int(count),
        booked_minor=int(booked),
        held_minor=int(held),
        entries=int(_one(connection, "SELECT count(*) FROM entries")),
        digest=ledger_digest(connection),
        balances=tuple(Balance(*row) for row in balances),
        last_entries=tuple(LastEntry(*row) for row in last),
    )


def ledger_digest(connection: Connection) -> str:
    """128 bits over all rows: the sums of two independent hashes of each, whatever the order."""
    first = second = 0
    for table in MONEY:
        row = connection.execute(
            sql.SQL(
                "SELECT coalesce(sum(hashtextextended({name} || t::text, 1)::numeric), 0),"
                " coalesce(sum(hashtextextended({name} || t::text, 2)::numeric), 0) FROM {table} t"
            ).format(name=sql.Literal(table), table=sql.Identifier(table))
        ).fetchone()
        if row is not None:
            first, second = first + int(row[0]), second + int(row[1])
    return f"{first % 2**64:016x}{second % 2**64:016x}"


def _one(connection: Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row is not None else None
