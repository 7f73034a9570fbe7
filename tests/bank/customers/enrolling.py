"""Machines that ask for certificates and the desks that release them."""

import base64
import hashlib
import json
import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from bank.ca import ensure_authority
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.enrolment import key_sha256
from protocol.ids import new_uid
from protocol.messages.enrolment import EnrolmentRow, TerminalsAnswer
from protocol.signing import key_id
from tests.bank.customers.conftest import Terminal, World

EST = "/.well-known/est"


@dataclass
class Newcomer:
    """A machine with a key of its own, and the certificate it may get."""

    world: World
    name: str
    folder: Path
    kind: str = "atm"

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate: x509.Certificate | None = None

    @property
    def id(self) -> str:
        return encode(key_sha256(self.key.public_key()))

    def request(self, name: str = "") -> bytes:
        subject = [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self.kind),
            x509.NameAttribute(NameOID.COMMON_NAME, name or self.name),
        ]
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
        return base64.b64encode(builder.sign(self.key, SHA256()).public_bytes(Encoding.DER))

    def ask(self, body: bytes | None = None, server: str = "A", **more) -> requests.Response:
        answer = requests.post(
            f"https://127.0.0.1:{enrol_port(self.world, server)}{EST}/simpleenroll",
            data=self.request() if body is None else body,
            headers={"Content-Type": "application/pkcs10"} | more,
            verify=str(self.world.data_dir / "bank" / "trust.pem"),
            timeout=20,
        )
        if answer.status_code == 200:
            [self.certificate] = read_certificates(answer)
        return answer

    def as_terminal(self) -> Terminal:
        """The machine with its certificate, as `world.terminal` makes them."""
        assert self.certificate is not None
        issuer = (self.world.data_dir / "bank" / "ca" / "terminals.pem").read_bytes()
        chain, key = self.folder / f"{uuid.uuid4().hex}.pem", self.folder / "key.pem"
        chain.write_bytes(self.certificate.public_bytes(Encoding.PEM) + issuer)
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.world.data_dir / "bank" / "trust.pem")
        session.cert = (str(chain), str(key))
        return Terminal(self.world, self.name, self.sha256, session)

    @property
    def sha256(self) -> bytes:
        assert self.certificate is not None
        return key_id(self.certificate.public_bytes(Encoding.DER))


def read_certificates(answer: requests.Response) -> list[x509.Certificate]:
    assert answer.headers["Content-Type"] == "application/pkcs7-mime; smime-type=certs-only"
    assert answer.headers["Content-Transfer-Encoding"] == "base64"
    return pkcs7.load_der_pkcs7_certificates(base64.b64decode(answer.content))


def enrol_port(world: World, server: str) -> int:
    said = (world.data_dir / f"{server}.log").read_text()
    return int(re.findall(r'"enrol_port": ?(\d+)', said)[-1])


class Desk:
    """A branch's terminal and one person who is signed in there."""

    def __init__(self, branch: Terminal, who: str) -> None:
        self.branch, self.who = branch, who
        self.login = branch.log_in(who)

    def terminals(self) -> TerminalsAnswer:
        headers = {"Session": self.login["session"]}
        answer = self.branch.call("/v1/staff/terminals", method="GET", headers=headers)
        assert answer.status == 200, answer
        return TerminalsAnswer.model_validate_json(json.dumps(answer.body))

    def waiting(self, newcomer: Newcomer) -> EnrolmentRow | None:
        rows = [row for row in self.terminals().waiting if row.key == newcomer.id]
        return rows[0] if rows else None

    def act(self, what: str, pin: str | None = "", server: str = "A", **machine: object):
        act = {
            "v": 1,
            "uid": new_uid(time.time_ns() // 10**6),
            "act": what,
            "machine": machine,
            "terminal": self.branch.name,
            "session": encode(hashlib.sha256(decode(self.login["session"])).digest()),
        }
        data = json.dumps(act).encode()
        typed = self.branch.world.people[self.who].pin if pin == "" else pin
        proof = self.branch.prove_body(self.login, "staff-act", data, typed)
        answer = self.branch.call(
            "/v1/staff/acts",
            {"act": encode(data), "pin": proof},
            headers={"Session": self.login["session"]},
            server=server,
        )
        return answer if answer.status != 200 else answer.body["reason"] or answer.body["outcome"]

    def enrol(self, newcomer: Newcomer, **more):
        named = {"terminal": newcomer.name, "kind": newcomer.kind, "key": newcomer.id}
        return self.act("enrol_terminal", **named | more)


def released(newcomer: Newcomer, *desks: Desk) -> Newcomer:
    assert newcomer.ask().status_code == 202
    assert [desk.enrol(newcomer) for desk in desks] == ["waiting", "done"]
    assert newcomer.ask().status_code == 200
    return newcomer


def stranger_of(world: World) -> Terminal:
    now = datetime.now(UTC)
    identity = ensure_authority(world.data_dir, "Meridian", now).terminal("STRANGER", now)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(world.data_dir / "bank" / "trust.pem")
    session.cert = (str(identity.certificate_file), str(identity.key_file))
    return Terminal(world, "STRANGER", key_id(identity.leaf_der), session)
