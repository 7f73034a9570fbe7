"""Advices brought in by hand, from a machine that cannot bring them itself (MONEY.md 5)."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bank import audit
from bank.config import BankConfig
from bank.ledger.errors import LedgerError
from bank.ledger.lanes import Ledger
from bank.ledger.statement import rules_of
from bank.movements.errors import BadMovement, MovementError
from bank.movements.verify import verify
from bank.store.errors import StoreUnavailable
from bank.store.pool import Pool
from bank.terminals.registry import TerminalRegistry
from protocol.encoding import load_json
from protocol.errors import BadEncoding
from protocol.messages.money import ADVICES
from protocol.signing import MAX_JWS_BYTES, read_request

MOST_LINES: Final = 100_000


@dataclass(frozen=True)
class Imported:
    """What became of a line, in words; `kept` if there is a decision about it, new or old."""

    line: int
    kept: bool
    words: str


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the JWS lines of a file with their numbers. Errors: OSError, BadMovement."""
    with file.open("rb") as stream:
        for number, data in enumerate(iter(lambda: stream.readline(MAX_JWS_BYTES + 2), b""), 1):
            text = data.strip()
            if number > MOST_LINES or len(text) > MAX_JWS_BYTES or not text.isascii():
                raise BadMovement(f"line {number} of {file} is no signed request")
            if text:
                yield number, text.decode("ascii")


async def import_advices(
    url: str, config: BankConfig, lines: Iterable[tuple[int, str]]
) -> list[Imported]:
    """Submit each line as a server would: any certificate ever issued to its terminal verifies it,
    what is known is answered as it was, and nothing but advices is taken.

    Errors: StoreUnavailable; what was not told of may be submitted again.
    """
    pool = Pool(url, size=2)
    ledger = Ledger(url, rules_of(config), lanes=1)
    await pool.open()
    await ledger.open()
    try:
        terminals = TerminalRegistry(pool)
        return [await _one(pool, ledger, terminals, number, jws) for number, jws in lines]
    finally:
        await asyncio.shield(ledger.close())
        await pool.close()


async def _one(
    pool: Pool, ledger: Ledger, terminals: TerminalRegistry, number: int, jws: str
) -> Imported:
    try:
        order = load_json(read_request(jws.encode("ascii")).order)
        terminal, uid, kind = (str(order[name]) for name in ("terminal", "uid", "kind"))
    except (BadEncoding, KeyError, TypeError):
        return Imported(number, False, "no signed request")
    where = f"{kind} {uid} of {terminal}"
    if kind not in ADVICES:
        return Imported(number, False, f"{where}: not an advice, and left out")
    try:
        verified = await verify(terminals, terminal, jws)
        stored = (await ledger.submit(verified.item)).final()
    except StoreUnavailable:
        raise
    except (MovementError, LedgerError) as error:
        return Imported(number, False, f"{where}: {error or type(error).__name__}")
    async with pool.connection() as connection:
        await audit.write(
            connection, "operator", "advice imported", terminal=terminal, detail={"uid": uid}
        )
    case = f", case {stored.case_number}" if stored.case_number else ""
    reason = f" ({stored.reason})" if stored.reason else ""
    return Imported(number, True, f"{where}: {stored.outcome}{reason}{case}")
