"""`bank verify`: check the whole ledger and say what is wrong and what is not yet protected."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bank.keys import load_key_set
from bank.seal.verify.chain import Chain, check_chain
from bank.seal.verify.findings import Findings
from bank.seal.verify.own import check_own_entries
from bank.seal.verify.published import Witness, check_published
from bank.seal.verify.requests import check_requests
from bank.seal.verify.sums import check_sums
from bank.store.postgres import read_urls

WRONG_LEDGER = 1


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found."""

    findings: Findings
    chain: Chain
    witness: Witness
    own: int
    signed: int
    seconds: float

    def lines(self) -> list[str]:
        """Return the report in words, findings first."""
        chain, witness = self.chain, self.witness
        told = self.findings.lines()
        told.append(
            f"{chain.sealed} entries sealed in {chain.batches} batches, {self.signed} signed"
            f" requests, {self.own} entries of the bank's own, {witness.heads} published heads;"
            f" {self.seconds:.1f} s"
        )
        uncovered = max(0, chain.sealed - witness.position)
        if not witness.heads:
            told.append("No published head was given: a chain rebuilt or cut cannot be seen.")
        elif uncovered:
            told.append(f"Not yet protected: {uncovered} sealed entries after the newest head.")
        if chain.unsealed:
            told.append(
                f"Not yet protected: {chain.unsealed} entries not sealed yet, from entry"
                f" {chain.first_unsealed} on."
            )
        wrong = sum(self.findings.counts.values())
        told.append(
            f"{wrong} findings: the ledger is NOT sound." if wrong else "The ledger is sound."
        )
        return told


def verify(
    url: str, keys: Sequence[EllipticCurvePublicKey], heads: Sequence[Path], processes: int = 1
) -> Report:
    """Check everything in one snapshot. Errors: psycopg.Error, OSError."""
    started = time.monotonic()
    findings = Findings()
    # One snapshot, held for as long as it takes; a standby would do as well as the primary.
    options = "-c idle_in_transaction_session_timeout=0 -c application_name=bank-verify"
    with psycopg.connect(url, options=options) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        chain = check_chain(connection, findings)
        witness = check_published(connection, keys, heads, findings)
        own = check_own_entries(connection, keys, findings)
        signed = check_requests(connection, findings, processes)
        check_sums(connection, findings)
    return Report(findings, chain, witness, own, signed, time.monotonic() - started)


def run(arguments: argparse.Namespace) -> int:
    """Verify and print the report: 0 if all is well, 1 if not.

    Errors: KeysError, PostgresError, OSError, ValueError, psycopg.Error: nothing could be said.
    """
    folder = arguments.data / "bank"
    keys = [public_key(file) for file in arguments.key]
    if not keys:
        keys.append(load_key_set(folder / "keyset.json").record_key.public_key())
    heads = arguments.heads
    if heads is None:
        heads = sorted((folder / "heads").glob("*.jsonl"))
    url = read_urls(arguments.data).application
    report = verify(url, keys, heads, arguments.processes)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return WRONG_LEDGER if report.findings.counts else 0


def public_key(file: Path) -> EllipticCurvePublicKey:
    """Return a key as `bank keys public` prints it. Errors: OSError, ValueError."""
    key = load_pem_public_key(file.read_bytes())
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError(f"{file} is no public key of this bank")
    return key
