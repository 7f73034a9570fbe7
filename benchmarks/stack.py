"""The whole stack beside pgbench: TLS at both ends, signatures checked, the ledger behind.

64 connections of one light client send pre-signed movements; client, server and PostgreSQL share
the machine. Rounds of pgbench's TPC-B and of the stack alternate on the same PostgreSQL, so that
what slows one slows the other.
"""

import argparse
import contextlib
import os
import random
import statistics
import sys
import time

import psutil

from benchmarks import tpcb
from benchmarks.postgres_pair import Measured, measured_postgres
from benchmarks.stack_bank import StackBank, print_figure, stack_bank
from benchmarks.stack_load import Connection, Driven, Signer, connect, drive
from benchmarks.stack_stages import stages

CONNECTIONS = 64
ACCOUNTS = 100_000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of each run")
    parser.add_argument("--standby", action="store_true", help="every commit waits for a standby")
    args = parser.parse_args()
    with measured_postgres() as server:
        tpcb.prepare(server)
        if args.standby:
            server.add_standby()
        with stack_bank(server, ACCOUNTS) as bank:
            bank.start("A")
            bank.start("B")
            _measure(server, bank, args.rounds, args.seconds, args.standby)
    return 0


def _measure(server: Measured, bank: StackBank, rounds: int, seconds: int, standby: bool) -> None:
    signers = [
        Signer(number, identity, random.Random(number))
        for number, identity in enumerate(bank.terminals[:CONNECTIONS])
    ]
    peer: list[float] = []
    seen: dict[str, list[Driven]] = {"A": [], "A and B": []}
    cpu: list[dict[str, float]] = []
    expected = 2_000.0  # more than are sent: who has nothing left to send slows the rest
    for number in range(rounds + 1):
        counts = max(40, int(1.6 * expected * seconds / CONNECTIONS))
        if number:
            peer.append(tpcb.transactions_per_s(server, CONNECTIONS, seconds))
        for ports, runs in seen.items():
            connections = _connections(bank, signers, ports.split(" and "), counts)
            before = _cpu(server, bank)
            driven = drive(connections, seconds if number else 2)
            after = _cpu(server, bank)
            for connection in connections:
                connection.channel.close()
            expected = max(expected, driven.per_s)
            if not number:
                continue  # the first round warms caches and plans
            runs.append(driven)
            decisions = driven.statuses[200]
            spent = {name: 1e6 * (after[name] - before[name]) / decisions for name in before}
            if ports == "A":
                cpu.append(spent)
            print_figure(
                figure="stack_round", servers=ports, standby=standby,
                per_s=round(driven.per_s), tpcb_per_s=round(peer[-1]),
                ratio=round(driven.per_s / peer[-1], 2),
                p50_ms=round(driven.percentile_ms(0.5), 1),
                p99_ms=round(driven.percentile_ms(0.99), 1),
                statuses=dict(driven.statuses), cpu_us=_rounded(spent), load=os.getloadavg()[0],
            )  # fmt: skip
    for ports, runs in seen.items():
        ratios = [run.per_s / tps for run, tps in zip(runs, peer, strict=True)]
        print_figure(
            figure="stack_beside_tpcb", servers=ports, standby=standby, connections=CONNECTIONS,
            per_s=round(statistics.median(run.per_s for run in runs)),
            tpcb_per_s=round(statistics.median(peer)), ratio=round(statistics.median(ratios), 2),
            least=round(min(ratios), 2), most=round(max(ratios), 2), rounds=rounds,
        )  # fmt: skip
    total = {name: statistics.median(one[name] for one in cpu) for name in cpu[0]}
    print_figure(figure="stack_cpu_us", process=_rounded(total), server_stages=stages(signers[0]))


def _connections(
    bank: StackBank, signers: list[Signer], servers: list[str], count: int
) -> list[Connection]:
    # Signed first: a server closes a connection on which nothing comes.
    signed = [signer.requests(count) for signer in signers]
    made = []
    for number, (signer, requests) in enumerate(zip(signers, signed, strict=True)):
        port = bank.ports[servers[number % len(servers)]]
        channel = connect(signer.identity, bank.trust, port)
        made.append(Connection(channel, iter(requests)))
    return made


def _cpu(server: Measured, bank: StackBank) -> dict[str, float]:
    """CPU seconds so far: of this client, the servers, and PostgreSQL with all its backends."""
    postgres = 0.0
    for process in server.processes:
        main = psutil.Process(process.pid)
        for one in (main, *main.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # an idle worker has just ended
                times = one.cpu_times()
                postgres += times.user + times.system
        postgres += main.cpu_times().children_user + main.cpu_times().children_system
    return {
        "client": time.process_time(),
        "servers": sum(bank.cpu_s(name) for name in bank.processes),
        "postgres": postgres,
    }


def _rounded(figures: dict[str, float]) -> dict[str, int]:
    return {name: round(value) for name, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
