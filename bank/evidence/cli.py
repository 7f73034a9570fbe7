"""``bank evidence``: write a bundle about one movement, or check one without a database."""

import argparse
import os
import sys
from typing import Final
from uuid import UUID

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bank.evidence.bundle import MAX_BUNDLE_BYTES, read_bundle
from bank.evidence.check import check
from bank.evidence.errors import EvidenceError
from bank.evidence.gather import gather
from bank.keys import load_key_set
from bank.seal.verify.command import public_key
from bank.store.postgres import read_urls

NOT_SOUND: Final = 1
WRONG: Final = 2
_AUDIT: Final = (
    "INSERT INTO audit (server, terminal, event, detail)"
    " VALUES ('operator', %s, 'evidence written', jsonb_build_object('uid', %s::text))"
)


def run(arguments: argparse.Namespace) -> int:
    """Write a bundle, or check one: 0, 1 for one that is not sound, 2 where nothing can be said.

    Errors: KeysError, PostgresError, OSError, ValueError, psycopg.Error.
    """
    try:
        if arguments.check is not None:
            return _check(arguments)
        if arguments.terminal is None or arguments.uid is None or arguments.out is None:
            raise EvidenceError("Name TERMINAL, UID and --out FILE, or --check FILE and --ca CERT.")
        return _write(arguments)
    except EvidenceError as error:
        print(f"bank evidence: {error}", file=sys.stderr)
        return WRONG


def _write(arguments: argparse.Namespace) -> int:
    folder = arguments.data / "bank"
    issuer = folder / "ca" / "terminals.pem"
    issuers = (
        [x509.load_pem_x509_certificate(issuer.read_bytes()).public_bytes(Encoding.DER)]
        if issuer.exists()
        else []
    )
    with psycopg.connect(read_urls(arguments.data).owner) as connection:
        bundle = gather(
            connection,
            arguments.terminal,
            UUID(arguments.uid),
            issuers=issuers,
            key=load_key_set(folder / "keyset.json").record_key.public_key(),
            heads=sorted((folder / "heads").glob("*.jsonl")),
        )
        connection.execute(_AUDIT, [arguments.terminal, bundle.uid])
    # It names accounts and sums: nobody else on this host reads it.
    handle = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(bundle.model_dump_json(indent=1) + "\n")
    print(f"{arguments.out}: check it with bank evidence --check FILE --ca CERT --key PEM")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    if arguments.ca is None:
        raise EvidenceError("--check needs --ca: the bank's root, from elsewhere than the bundle.")
    with arguments.check.open("rb") as file:
        bundle = read_bundle(file.read(MAX_BUNDLE_BYTES + 1))
    report = check(
        bundle,
        x509.load_pem_x509_certificate(arguments.ca.read_bytes()),
        [public_key(file) for file in arguments.key],
    )
    print("\n".join(report.lines))
    return 0 if report.sound else NOT_SOUND
