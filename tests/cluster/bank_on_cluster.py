"""A real cluster with the bank's two servers on it, and a customer who goes on withdrawing."""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import requests

from bank.store.postgres import DatabaseUrls
from launch.cluster_parts import LocalCluster, running_cluster
from tests.bank.conftest import Customer, Servers, Terminal, bank_of_two

HELD_MINOR = 1_000
ATTEMPT_LIMIT_S = 90.0


@dataclass(frozen=True)
class _Databases:
    """Stands where the tests of the bank have a single server."""

    urls: DatabaseUrls

    def create_database(self, _name: str) -> DatabaseUrls:
        return self.urls

    def drop_database(self, _name: str) -> None:
        """The whole cluster goes with its folder."""


@dataclass(frozen=True)
class ClusterBank:
    cluster: LocalCluster
    servers: Servers
    urls: DatabaseUrls

    def ask(self, statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Read from whoever leads now."""
        with psycopg.connect(self.urls.owner, autocommit=True) as owner:
            return owner.execute(statement, parameters).fetchall()  # type: ignore[arg-type]


@contextlib.contextmanager
def cluster_folder() -> Iterator[Path]:
    # Not tmp_path: root's stand-in for the database could not enter it.
    outer = Path(tempfile.mkdtemp(prefix="fortress-cluster-"))
    outer.chmod(0o711)
    try:
        yield outer / "data"
    finally:
        shutil.rmtree(outer)


@contextlib.contextmanager
def bank_on_cluster() -> Iterator[ClusterBank]:
    with (
        cluster_folder() as folder,
        running_cluster(folder) as (cluster, urls),
        bank_of_two(_Databases(urls)) as servers,  # type: ignore[arg-type]
    ):
        try:
            yield ClusterBank(cluster, servers, urls)
        finally:
            servers.owner.close()  # perhaps another one by now


@dataclass
class Withdrawing:
    """Holds money and releases it again, each until it is known, on whichever server answers.

    `acknowledged` are the answers that the bank gave, by uid; `waits_s` how long each took.
    """

    terminal: Terminal
    customer: Customer
    acknowledged: dict[str, str] = field(default_factory=dict)
    waits_s: list[float] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextlib.contextmanager
    def going_on(cls, bank: ClusterBank) -> Iterator["Withdrawing"]:
        one = cls(bank.servers.terminal(), bank.servers.customer())
        session = one.customer.session(one.terminal)
        thread = threading.Thread(target=one._go, args=(session,))
        thread.start()
        try:
            yield one
        finally:
            one._end.set()
            thread.join()

    def wait_for_more(self, count: int = 4, limit_s: float = ATTEMPT_LIMIT_S) -> None:
        """Wait until that many more were acknowledged."""
        wanted, deadline_s = len(self.acknowledged) + count, time.monotonic() + limit_s
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)

    def _go(self, session: bytes) -> None:
        while not self._end.is_set():
            hold = self.terminal.order(
                "authorise", HELD_MINOR, source=self.customer.account, session=session
            )
            jws = self.terminal.sign(hold)
            if self._ask(hold.uid, jws):
                release = self.terminal.order("reversal", HELD_MINOR, original=hold.uid)
                self._ask(release.uid, self.terminal.sign(release, jws))

    def _ask(self, uid: str, jws: bytes) -> bool:
        """Send the same bytes until there is a decision; False if the test ended before."""
        started_s = time.monotonic()
        while not self._end.is_set():
            for server in ("A", "B"):
                with contextlib.suppress(requests.RequestException):
                    answer = self.terminal.send(jws, server=server)
                    if answer.status_code == 200:
                        self.acknowledged[uid] = answer.json()["outcome"]
                        self.waits_s.append(time.monotonic() - started_s)
                        return True
            time.sleep(0.02)
        return False


def check_money(bank: ClusterBank, withdrawing: Withdrawing) -> None:
    """Nothing acknowledged is lost or other than it was told, and every sum is right."""
    stored = dict(
        bank.ask(
            "select replace(uid::text, '-', ''), outcome from requests where terminal = %s",
            [withdrawing.terminal.name],
        )
    )
    assert {uid: stored.get(uid) for uid in withdrawing.acknowledged} == withdrawing.acknowledged
    assert set(withdrawing.acknowledged.values()) == {"held", "voided"}
    holds = bank.ask(
        "select count(*) from requests h where terminal = %s and kind = 'authorise'"
        " and outcome = 'held' and not exists (select from requests r where"
        " r.terminal = h.terminal and r.original = h.uid and r.outcome = 'voided')",
        [withdrawing.terminal.name],
    )[0][0]
    [(booked, held)] = bank.ask(
        "select booked_minor, held_minor from accounts where number = %s",
        [withdrawing.customer.account],
    )
    assert (booked, held) == (100_000, holds * HELD_MINOR)
    assert holds <= 1
    assert bank.ask("select sum(booked_minor)::bigint from accounts") == [(0,)]
