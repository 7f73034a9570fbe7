"""How long `bank verify` takes: python -m benchmarks.verify --entries 100000.

Deposits signed by one terminal are decided in batches, sealed as the servers seal them, and
verified. One JSON line.
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg

from bank.config import load_config
from bank.ledger.item import Item, Signed
from bank.ledger.statement import MAX_BATCH, decide, rules_of
from bank.seal.heads import publish, sign_head
from bank.seal.sealer import seal
from bank.seal.verify.command import verify
from bank.store.postgres import DatabaseUrls, PostgresServer
from benchmarks.soak.line import HttpsLine
from benchmarks.soak.world import World
from protocol.ids import new_uid
from protocol.messages.money import Order
from protocol.references import reference
from protocol.signing import body_hash, read_request

RULES = {"deposit_each_minor": 10**12, "deposit_day_minor": 10**15, "deposit_total_minor": 10**15}


def main() -> int:
    """Make, seal, verify, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fortress-verify-", ignore_cleanup_errors=True) as top:
        Path(top).chmod(0o711)
        server = PostgresServer(Path(top) / "postgres")
        server.start()
        try:
            figures = measure(
                Path(top) / "data",
                server.create_database("bank"),
                arguments.entries,
                arguments.processes,
            )
        finally:
            server.stop()
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def measure(data: Path, urls: DatabaseUrls, entries: int, processes: int) -> dict[str, Any]:
    """Return the figures; times in seconds, of the verifier's own processes."""
    world = World(data, urls)
    with world:
        holder = world.holder(1_000, 1)
        line = world.line(holder)
        [account] = holder.opening
    made_s = time.monotonic()
    asyncio.run(_deposit(urls, line, account, entries))
    made_s = time.monotonic() - made_s
    heads, sealing_s = asyncio.run(_seal(world, data, urls))
    before = _cpu_s()
    report = verify(urls.application, [world.public_key()], [heads], processes)
    return {
        "name": "verify",
        "entries": report.chain.sealed,
        "signed": report.signed,
        "processes": processes,
        "made_s": round(made_s, 1),
        "sealing_s": round(sealing_s, 2),
        "verify_s": round(report.seconds, 2),
        "verify_cpu_s": round(_cpu_s() - before, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "sound": not report.findings.counts,
    }


async def _deposit(urls: DatabaseUrls, line: HttpsLine, account: str, entries: int) -> None:
    rules = json.dumps(json.loads(rules_of(load_config())) | RULES)
    connection = await psycopg.AsyncConnection.connect(
        urls.application, autocommit=True, prepare_threshold=None
    )
    async with connection:
        for first in range(0, entries, MAX_BATCH):
            size = min(MAX_BATCH, entries - first)
            items = [_item(line, account) for _ in range(size)]
            for decision in await decide(connection, items, rules):
                decision.final()


def _item(line: HttpsLine, account: str) -> Item:
    order = Order(
        uid=new_uid(time.time_ns() // 10**6), kind="credit", amount_minor=1_000, currency="EUR",
        target=account, terminal=line.terminal,
    )  # fmt: skip
    jws = line.sign(order)
    request = read_request(jws)
    digest = body_hash(jws)
    place = Signed(
        uuid.UUID(request.chain), request.seq, request.prev, digest, digest, jws.decode("ascii")
    )
    return Item(
        terminal=line.terminal, uid=uuid.UUID(order.uid), kind=order.kind,
        amount_minor=order.amount_minor, currency=order.currency, source=None, target=account,
        text=None, original=None, session=None, reference=reference(order.uid), signed=place,
    )  # fmt: skip


async def _seal(world: World, data: Path, urls: DatabaseUrls) -> tuple[Path, float]:
    connection = await psycopg.AsyncConnection.connect(urls.application, autocommit=True)
    file = data / "heads.jsonl"
    started, known = time.monotonic(), 0
    async with connection:
        while True:
            head, _ = await seal(connection, known)
            if head is None or head.batch == known:
                return file, time.monotonic() - started
            known = head.batch
            publish(file, head.position, sign_head(world.keys, head))


def _cpu_s() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    sys.exit(main())
