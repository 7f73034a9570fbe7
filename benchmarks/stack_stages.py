"""CPU microseconds of each stage of a movement inside a bank server, one stage at a time.

What is left of the server's own CPU time a movement is TLS, HTTP and the event loop.
"""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from bank.api.bodies import parse
from bank.ledger.item import Item, Signed
from bank.ledger.statement import Stored
from bank.logs import JsonLines
from bank.movements.answer import answer_bytes
from benchmarks.stack_load import Signer
from protocol.messages.money import MovementRequest
from protocol.orders import read_order
from protocol.signing import body_hash, check_signature, read_request

REPEATS = 200


def stages(signer: Signer) -> dict[str, int]:
    """Return microseconds by stage, the least of several runs each."""
    body = signer.requests(1)[0].partition(b"\r\n\r\n")[2]
    jws = json.loads(body)["jws"].encode()
    request = read_request(jws)
    order = read_order(request.order)
    public = signer.key.public_key()
    item = Item(
        terminal=order.terminal, uid=UUID(order.uid), kind=order.kind,
        amount_minor=order.amount_minor, currency=order.currency, source=order.source,
        target=None, text=None, original=None, session=bytes(32), reference="2345-6789",
        signed=Signed(UUID(request.chain), 0, request.prev, bytes(32), bytes(32), jws.decode()),
    )  # fmt: skip
    now = datetime.now(UTC)
    stored = Stored(
        order.terminal, UUID(order.uid), order.kind, order.amount_minor, order.currency, None,
        "held", None, None, None, None, None, "2345-6789", 1, now.date(), now,
    )  # fmt: skip
    record = logging.makeLogRecord(
        {"name": "bank.api", "msg": "answered", "facts": {"path": "/v1/movements", "status": 200}}
    )
    lines = JsonLines()
    return {
        "read the body": _least(lambda: parse(MovementRequest, body)),
        "read the JWS": _least(lambda: read_request(jws)),
        "check its signature": _least(lambda: check_signature(jws, public)),
        "hash it": _least(lambda: body_hash(jws)),
        "read the order": _least(lambda: read_order(request.order)),
        "write the batch's JSON": _least(lambda: json.dumps(item.members())),
        "write the answer": _least(lambda: answer_bytes(stored)),
        "write the log line": _least(lambda: lines.format(record)),
    }


def _least(work: Callable[[], object]) -> int:
    least = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(REPEATS):
            work()
        least = min(least, (time.process_time() - began) / REPEATS)
    return round(1e6 * least)
