"""The run: customers at their terminals, faults beside them, quiet, and the judgement."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bank.seal.verify.command import Report, verify
from benchmarks.soak.checker import decisions, judge
from benchmarks.soak.customer import Customer, Record
from benchmarks.soak.faults import Fault, Tormentor
from benchmarks.soak.history import History, Statement, Violation
from benchmarks.soak.line import HttpsLine
from benchmarks.soak.world import SERVERS, Holder, World

OPENING_MINOR: Final = 200_000
RING_ACCOUNTS: Final = 6
RING_CUSTOMERS: Final = 2
QUIET_S: Final = 180.0


@dataclass(frozen=True)
class Plan:
    """How long, how many, how hard. Times in seconds; it goes on until `least_faults` struck."""

    seconds: float
    clients: int
    seed: int
    down_s: tuple[float, float]
    rest_s: tuple[float, float]
    least_faults: int = 1


@dataclass(frozen=True)
class Result:
    """What was done, and what was wrong with it."""

    plan: Plan
    history: History
    violations: tuple[Violation, ...]
    verified: Report
    struck: Counter[str]

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        return not self.violations and not self.verified.findings.counts

    def figures(self) -> dict[str, Any]:
        """Return the result as members of a JSON line."""
        decided, _ = decisions(self.history.exchanges)
        answers = Counter(e.status for e in self.history.exchanges)
        waits = sorted(one.first_known_s - one.first_sent_s for one in decided.values())
        return {
            "name": "soak",
            "seconds": self.plan.seconds,
            "clients": self.plan.clients,
            "seed": self.plan.seed,
            "faults": dict(sorted(self.struck.items())),
            "decided": dict(
                Counter(f"{d.order.kind} {d.outcome.outcome}" for d in decided.values())
            ),
            "requests": len(decided),
            "exchanges": len(self.history.exchanges),
            "answers": {str(status): n for status, n in sorted(answers.items())},
            "longest_wait_s": round(waits[-1], 1) if waits else 0.0,
            "reads": len(self.history.reads),
            "sweeps": len(self.history.sweeps),
            "postings": sum(len(s.rows) for s in self.history.statements),
            "violations": [f"{v.kind}: {v.detail}" for v in self.violations],
            "verify": self.verified.lines(),
            "sound": self.sound,
        }


def soak(
    world: World,
    faults: Sequence[Fault],
    plan: Plan,
    settle: Callable[[], object] = lambda: None,
) -> Result:
    """Run `plan` against `world` and judge it. Errors: what a fault or a customer ran into."""
    rng = random.Random(plan.seed)
    record, over = Record(), threading.Event()
    ring = world.holder(OPENING_MINOR, RING_ACCOUNTS)
    holders = [world.holder(OPENING_MINOR, 1) for _ in range(plan.clients)]
    teller = world.line(ring, ring)
    everyone = tuple(number for holder in holders for number in holder.opening)
    lines = [world.line(holder) for holder in holders]
    ring_lines = [world.line(ring, ring) for _ in range(RING_CUSTOMERS)]
    customers = [
        Customer(line, tuple(holder.opening), everyone, record, random.Random(rng.random()))
        for line, holder in zip(lines, holders, strict=True)
    ] + [
        Customer(
            line, tuple(ring.opening), tuple(ring.opening), record, random.Random(rng.random()),
            pays_only=True,
        )
        for line in ring_lines
    ]  # fmt: skip
    tormentor = Tormentor(faults, random.Random(plan.seed), plan.down_s, plan.rest_s, settle)
    broken: list[BaseException] = []

    def live(customer: Customer) -> None:
        try:
            while not over.is_set():
                customer.act()
        except BaseException as error:  # noqa: BLE001 - told below, on the run's own thread
            broken.append(error)
            over.set()

    threads = [threading.Thread(target=live, args=(one,)) for one in customers]
    threads.append(threading.Thread(target=tormentor.torment, args=(over,)))
    for thread in threads:
        thread.start()
    over.wait(plan.seconds)
    end_s = time.monotonic() + QUIET_S
    while sum(tormentor.struck.values()) < plan.least_faults and time.monotonic() < end_s:
        over.wait(0.1)
    over.set()
    for thread in threads:
        thread.join()
    for error in (*tormentor.failed, *broken):
        raise error
    _wait_ready(teller)
    history = _history(teller, ring, holders, record)
    heads = sorted((world.data / "bank" / "heads").glob("*.jsonl"))
    key = world.public_key()
    verified = verify(world.urls.application, [key], heads)
    return Result(plan, history, judge(history), verified, tormentor.struck)


def _wait_ready(teller: HttpsLine) -> None:
    end_s = time.monotonic() + QUIET_S
    while not all(teller.ready(name) for name in SERVERS):
        if time.monotonic() > end_s:
            raise TimeoutError("the servers do not get ready again")
        time.sleep(0.2)


def _history(teller: HttpsLine, ring: Holder, holders: Sequence[Holder], record: Record) -> History:
    opening: dict[str, int] = {}
    statements: list[Statement] = []
    for holder in (ring, *holders):
        opening |= holder.opening
        accounts = _patiently(teller.accounts, str(holder.id))
        statements += [_statement(teller, *account) for account in accounts]
    return History(
        opening,
        tuple(record.exchanges),
        tuple(record.reads),
        tuple(record.sweeps),
        tuple(statements),
        frozenset(ring.opening),
    )


def _statement(teller: HttpsLine, number: str, booked_minor: int, held_minor: int) -> Statement:
    rows: list[Any] = []
    before: int | None = None
    while True:
        page = _patiently(teller.statement, number, before)
        rows += page.rows
        before = page.next_before
        if before is None:
            return Statement(number, tuple(reversed(rows)), booked_minor, held_minor)


def _patiently(ask: Callable[..., Any], *about: object) -> Any:
    """Ask both servers in turn: after so much work a terminal may have to wait for its rate."""
    end_s = time.monotonic() + QUIET_S
    while True:
        for server in SERVERS:
            found = ask(server, *about)
            if found is not None:
                return found
        if time.monotonic() > end_s:
            raise TimeoutError("the bank does not tell its statements")
        time.sleep(0.2)
