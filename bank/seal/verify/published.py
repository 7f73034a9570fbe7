"""Heads that left the database, beside the chain that is in it now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.seal.heads import BadHead, Head, published, read_head
from bank.seal.verify.chain import Connection
from bank.seal.verify.findings import Findings, Kind

_CHAIN: Final = """
SELECT batch, first_position + cardinality(entries) - 1, head FROM seals WHERE batch = ANY (%s)
"""
_LAST: Final = "SELECT coalesce(max(batch), 0) FROM seals"
AT_ONCE: Final = 500


@dataclass
class Witness:
    """What the published heads told: how many, and up to which entry they protect."""

    heads: int = 0
    position: int = 0


def check_published(
    connection: Connection,
    keys: Iterable[EllipticCurvePublicKey],
    files: Iterable[Path],
    findings: Findings,
) -> Witness:
    """Compare every head in `files` with the chain. Errors: OSError, psycopg.Error."""
    witness = Witness()
    trusted = tuple(keys)
    [(last,)] = connection.execute(_LAST).fetchall()
    for file in files:
        heads = _heads(file, trusted, findings)
        while some := list(islice(heads, AT_ONCE)):
            witness.heads += len(some)
            rows = connection.execute(_CHAIN, [[head.batch for head in some]]).fetchall()
            chain = {batch: (position, bytes(digest)) for batch, position, digest in rows}
            for head in some:
                found = chain.get(head.batch)
                if found is None:
                    kind, what = _without(head, last)
                    findings.add(kind, f"{file}: {what}")
                elif found != (head.position, head.hash):
                    findings.add("rebuilt", f"{file}: batch {head.batch} had another head")
                else:
                    witness.position = max(witness.position, head.position)
    return witness


def _without(head: Head, last: int) -> tuple[Kind, str]:
    if head.batch > last:
        return "cut", f"a head reached entry {head.position}, the chain does not"
    return "missing", f"batch {head.batch} is not in the chain"


def _heads(
    file: Path, keys: tuple[EllipticCurvePublicKey, ...], findings: Findings
) -> Iterator[Head]:
    for number, record in enumerate(published(file), 1):
        for key in keys:
            try:
                yield read_head(key, record)
                break
            except BadHead:
                continue
        else:
            findings.add("bad_head", f"{file}, line {number}: not signed by this bank")
