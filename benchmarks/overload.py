"""Twice the load that a server can carry: some are answered quickly, the rest told at once.

First the capacity of one server is measured with 64 connections that wait for their answers. Then
requests arrive at twice that rate, whether or not earlier ones were answered, spread over 200
connections. A connection that was told 503 does as a terminal does: it goes to the other server.
`primary` sends everything to server A first, `balanced` half to each.
"""

import argparse
import os
import random
import selectors
import sys
import time
from collections import Counter
from typing import Final

from benchmarks.postgres_pair import measured_postgres
from benchmarks.stack_bank import StackBank, print_figure, stack_bank
from benchmarks.stack_load import Connection, Signer, connect, drive

CONNECTIONS: Final = 200
ACCOUNTS: Final = 20_000
UNAVAILABLE: Final = 503


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=8)
    args = parser.parse_args()
    with measured_postgres() as server, stack_bank(server, ACCOUNTS) as bank:
        bank.start("A")
        bank.start("B")
        signers = [Signer(n, one, random.Random(n)) for n, one in enumerate(bank.terminals)]
        _closed(bank, signers, 3)
        capacity = _closed(bank, signers, args.seconds)
        for policy in ("primary", "balanced"):
            _open(bank, signers, policy, 2 * capacity, args.seconds)
        after = _closed(bank, signers, args.seconds)
        print_figure(
            figure="overload_recovery", before_per_s=round(capacity), after_per_s=round(after)
        )
    return 0


def _closed(bank: StackBank, signers: list[Signer], seconds: int) -> float:
    signed = [signer.requests(40 * seconds) for signer in signers]
    connections = [
        Connection(connect(signer.identity, bank.trust, bank.ports["A"]), iter(requests))
        for signer, requests in zip(signers, signed, strict=True)
    ]
    per_s = drive(connections, seconds).per_s
    for connection in connections:
        connection.channel.close()
    return per_s


def _open(bank: StackBank, signers: list[Signer], policy: str, rate: float, seconds: int) -> None:
    each = int(rate * seconds / CONNECTIONS) + 1
    signed = [signers[n % len(signers)].requests(each) for n in range(CONNECTIONS)]
    counts: Counter[str] = Counter()
    took: dict[str, list[float]] = {"answered": [], "told": []}
    free = list(range(CONNECTIONS))
    with selectors.DefaultSelector() as selector:
        lines: dict[tuple[int, str], Connection] = {}

        def line_to(n: int, name: str) -> Connection:
            """The kept connection; opened at its first use, and again if the server closed it."""
            if (n, name) not in lines:
                identity = signers[n % len(signers)].identity
                made = Connection(connect(identity, bank.trust, bank.ports[name]), iter(()))
                made.channel.setblocking(False)
                selector.register(made.channel, selectors.EVENT_READ, (n, name))
                lines[n, name] = made
            return lines[n, name]

        for n in range(CONNECTIONS):
            line_to(n, "A" if policy == "primary" else "AB"[n % 2])
        began = time.perf_counter()
        sent, last = 0, began + seconds
        busy = 0
        while time.perf_counter() < last or (busy and time.perf_counter() < last + 10):
            now = time.perf_counter()
            due = min(int((min(now, last) - began) * rate), each * CONNECTIONS)
            while sent < due and now < last:
                sent += 1
                if not free:
                    counts["no connection was free"] += 1
                    continue
                n = free.pop()
                if not signed[n]:
                    continue
                first = "A" if policy == "primary" else "AB"[sent % 2]
                _send(line_to(n, first), signed[n].pop(0))
                busy += 1
            for key, _ in selector.select(0.002):
                n, name = key.data
                line = lines[n, name]
                try:
                    status = line.answered()
                except OSError:
                    selector.unregister(line.channel)
                    del lines[n, name]
                    if line.last:
                        counts["connection lost"] += 1
                        busy -= 1
                        free.append(n)
                    continue
                if status is None:
                    continue
                waited = time.perf_counter() - line.sent_s
                if status == UNAVAILABLE and not line.moved:
                    took["told"].append(waited)
                    counts["told 503, moved on"] += 1
                    again, line.last = line.last, b""
                    _send(line_to(n, "B" if name == "A" else "A"), again, moved=True)
                    continue
                line.last = b""
                busy -= 1
                free.append(n)
                if status == UNAVAILABLE:
                    took["told"].append(waited)
                    counts["told 503 by both"] += 1
                else:
                    took["answered"].append(waited)
                    counts[f"answered {status}"] += 1
        for one in lines.values():
            one.channel.close()
    print_figure(
        figure="overload", policy=policy, offered_per_s=round(rate),
        answered_per_s=round(len(took["answered"]) / seconds), counts=dict(counts),
        answered_p99_ms=_p99_ms(took["answered"]), told_p99_ms=_p99_ms(took["told"]),
        load=round(os.getloadavg()[0], 1),
    )  # fmt: skip


def _send(connection: Connection, data: bytes, *, moved: bool = False) -> None:
    connection.last, connection.moved = data, moved
    connection.requests = iter([data])
    connection.send_next()


def _p99_ms(values: list[float]) -> float | None:
    ordered = sorted(values)
    return round(1e3 * ordered[len(ordered) * 99 // 100], 1) if ordered else None


if __name__ == "__main__":
    sys.exit(main())
