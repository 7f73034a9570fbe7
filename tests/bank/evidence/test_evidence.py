"""Evidence of a movement: it holds without a database, and nothing in it can be changed."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bank.ca import ensure_authority
from bank.evidence.bundle import Bundle, read_bundle
from bank.evidence.check import LIMIT, check
from bank.evidence.errors import NoBundle, NoSuchMovement
from bank.evidence.gather import gather
from bank.store.postgres import PostgresServer
from benchmarks.soak.world import World
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import new_uid
from protocol.messages.money import Order
from tests.bank.conftest import ROOT


@dataclass
class Exhibit:
    """A transfer with a PIN proof, sealed and published, as evidence; then the bank is gone."""

    document: dict[str, Any]
    transfer: str
    root: x509.Certificate
    stranger: x509.Certificate
    files: Path
    world: World

    def check(self, document: dict[str, Any]) -> tuple[bool, str]:
        keys = [self.world.public_key()]
        report = check(Bundle.model_validate_json(json.dumps(document)), self.root, keys)
        return report.sound, "\n".join(report.lines)


@pytest.fixture(scope="module")
def exhibit(postgres_server: PostgresServer) -> Iterator[Exhibit]:
    folder = Path(tempfile.mkdtemp(prefix="fortress-evidence-"))
    name = f"evidence_{new_uid(1)}"
    with World(folder, postgres_server.create_database(name), unlimited=False) as world:
        holder = world.holder(100_000, 1)
        payee = next(iter(world.holder(0, 1).opening))
        line = world.line(holder)
        order = Order.model_validate(
            {
                "uid": new_uid(time.time_ns() // 10**6),
                "kind": "transfer",
                "amount_minor": 2_500,
                "currency": "EUR",
                "source": next(iter(holder.opening)),
                "target": payee,
                "text": "rent",
                "terminal": line.terminal,
                "session": line.session,
            }
        )
        answer = line.send("A", line.sign(order), line.prove(order))
        assert json.loads(answer.body)["outcome"] == "posted", answer
        issuer = x509.load_pem_x509_certificate((folder / "bank/ca/terminals.pem").read_bytes())
        deadline = time.monotonic() + 60
        with psycopg.connect(world.urls.owner, autocommit=True) as connection:
            while True:
                bundle = gather(
                    connection,
                    line.terminal,
                    UUID(order.uid),
                    issuers=[issuer.public_bytes(Encoding.DER)],
                    key=world.public_key(),
                    heads=sorted((folder / "bank" / "heads").glob("*.jsonl")),
                )
                if bundle.published is not None:
                    break
                assert time.monotonic() < deadline
                time.sleep(0.1)
            with pytest.raises(NoSuchMovement):
                gather(
                    connection, line.terminal, UUID(int=1), issuers=[], key=world.public_key(),
                    heads=[],
                )  # fmt: skip
        other = tempfile.mkdtemp(prefix="fortress-other-", dir=folder)
        stranger = ensure_authority(Path(other), "Other", _now())
        made = Exhibit(
            document=json.loads(bundle.model_dump_json()),
            transfer=order.uid,
            root=x509.load_pem_x509_certificate((folder / "bank" / "trust.pem").read_bytes()),
            stranger=x509.load_pem_x509_certificate(stranger.trust_file.read_bytes()),
            files=folder,
            world=world,
        )
        yield made
    postgres_server.drop_database(name)
    shutil.rmtree(folder)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_transfer_is_told_whole(exhibit: Exhibit) -> None:
    sound, said = exhibit.check(exhibit.document)
    assert sound, said
    for part in (
        "signed this order: transfer of 2500 EUR",
        "proved it over exactly this order",
        "is the bank's word",
        "The bank's record says: posted",
        "-2500 on",
        "published a head over it",
        LIMIT,
    ):
        assert part in said, said


def flip(text: str) -> str:
    """The same length, other bytes."""
    data = bytearray(b64url_decode(text))
    data[len(data) // 2] ^= 1
    return b64url_encode(bytes(data))


def within(*path: str | int) -> Callable[[dict[str, Any], Callable[[Any], Any]], None]:
    def change(document: dict[str, Any], how: Callable[[Any], Any]) -> None:
        node: Any = document
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = how(node[path[-1]])

    return change


def sign(text: str) -> str:
    """The same order, of which the last bytes of the signature are others."""
    body, _, signature = text.rpartition(".")
    return f"{body}.{flip(signature)}"


def hexed(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


CHANGES: dict[str, tuple[tuple[str | int, ...], Callable[[Any], Any], str]] = {
    "the signature": (("jws",), sign, "did not sign"),
    "the uid": (("uid",), lambda text: text[::-1], "WRONG"),
    "the terminal": (("terminal",), lambda text: text + "9", "another terminal's"),
    "the certificate": (("certificates", 0), flip, "WRONG"),
    "the issuer": (("certificates",), lambda chain: chain[:1], "does not lead"),
    "the proof": (("proof", "proof"), flip, "PIN proof does not hold"),
    "the token": (("proof", "token"), flip, "PIN proof does not hold"),
    "the point Y": (("proof", "verifier"), flip, "PIN proof does not hold"),
    "the credential": (("proof", "account"), flip, "PIN proof does not hold"),
    "the realm": (("proof", "realm"), lambda text: text + "x", "PIN proof does not hold"),
    "the sum decided": (("decision", "amount_minor"), lambda n: n + 1, "something else"),
    "the outcome": (("decision", "outcome"), lambda _: "refused", "booked, though refused"),
    "the bytes decided": (("decision", "body_hash"), flip, "about other bytes"),
    "a posting": (("entry", "postings", 0, "amount_minor"), lambda n: n - 1, "booked"),
    "a balance": (("entry", "postings", 0, "balance_minor"), lambda n: n + 1, "was sealed"),
    "who was paid": (("entry", "postings", 1, "number"), lambda _: "1234567890", "booked"),
    "the entry's day": (("entry", "day"), lambda _: "2001-01-01", "was sealed"),
    "its place": (("entry", "place"), lambda n: n + 1, "was sealed"),
    "the head": (("batches", 0, "head"), hexed, "does not follow"),
    "the head before": (("before",), hexed, "does not follow"),
    "the published head": (("published",), sign, "not signed by the bank's key"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_no_part_can_be_changed(exhibit: Exhibit, part: str) -> None:
    path, how, told = CHANGES[part]
    document = json.loads(json.dumps(exhibit.document))
    within(*path)(document, how)
    assert document != exhibit.document
    sound, said = exhibit.check(document)
    assert not sound, said
    assert "WRONG" in said, said
    assert told in said, said
    assert LIMIT not in said


def test_it_holds_against_the_banks_own_root_only(exhibit: Exhibit) -> None:
    bundle = Bundle.model_validate_json(json.dumps(exhibit.document))
    report = check(bundle, exhibit.stranger, [exhibit.world.public_key()])
    assert not report.sound
    assert "does not lead to this authority" in report.lines[0]


def test_without_a_key_no_head_is_believed(exhibit: Exhibit) -> None:
    bundle = Bundle.model_validate_json(json.dumps(exhibit.document))
    assert any("not checked" in line for line in check(bundle, exhibit.root, []).lines)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"v": 1, "v": 1}'])
def test_what_is_no_bundle_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NoBundle):
        read_bundle(data)


def test_at_the_shell(exhibit: Exhibit, tmp_path: Path) -> None:
    def evidence(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "main.py"), "bank", "evidence", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    out, key = tmp_path / "evidence.json", tmp_path / "key.pem"
    key.write_bytes(
        exhibit.world.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    words = (exhibit.document["terminal"], exhibit.transfer, "--out", str(out))
    written = evidence(*words, "--data", str(exhibit.files))
    assert written.returncode == 0, written.stderr
    assert out.stat().st_mode & 0o077 == 0
    root = str(exhibit.files / "bank" / "trust.pem")
    checked = evidence("--check", str(out), "--ca", root, "--key", str(key))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert LIMIT in checked.stdout
    out.write_text(out.read_text().replace('"posted"', '"refused"'))
    assert evidence("--check", str(out), "--ca", root).returncode == 1
