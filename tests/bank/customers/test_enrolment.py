"""A terminal asks for a certificate; two people compare characters and release it; it ends."""

import base64
import hashlib
import json
import re
import ssl
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from bank.terminals.registry import CACHE_S
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.enrolment import characters, key_sha256
from protocol.ids import new_uid
from protocol.messages.enrolment import EnrolmentRow, TerminalsAnswer
from protocol.messages.money import Order
from protocol.orders import order_bytes
from protocol.signing import GENESIS, key_id, sign_request
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


@pytest.fixture
def newcomer(world: World, tmp_path: Path) -> Newcomer:
    world.sql("delete from enrolments")
    return Newcomer(world, f"NEW-{uuid.uuid4().hex[:8]}", tmp_path)


@pytest.fixture
def tellers(world: World):
    """Bo works here too, for one test."""
    bo = "(select customer from accounts where number = %s)"
    number = world.people["bo"].number
    world.sql(f"update customers set roles = '{{customer,teller}}' where id = {bo}", number)
    yield ("tessa", "bo")
    world.sql(f"update customers set roles = '{{customer}}' where id = {bo}", number)


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


@pytest.fixture
def branch(world: World) -> Terminal:
    return world.terminal("teller")


def released(newcomer: Newcomer, *desks: Desk) -> Newcomer:
    assert newcomer.ask().status_code == 202
    assert [desk.enrol(newcomer) for desk in desks] == ["waiting", "done"]
    assert newcomer.ask().status_code == 200
    return newcomer


def test_two_people_release_a_terminal_and_it_gets_its_certificate(newcomer, branch, tellers):
    waits = newcomer.ask()
    assert (waits.status_code, waits.content, waits.headers["Retry-After"]) == (202, b"", "10")
    first, second = (Desk(branch, who) for who in tellers)
    row = first.waiting(newcomer)
    assert row is not None
    assert (row.terminal, row.kind, row.known, row.approved) == (newcomer.name, "atm", False, False)
    shown = characters(decode(row.key))
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{5} ){4}[2-9A-HJ-NP-Z]{5}", shown)

    assert first.enrol(newcomer) == "waiting"
    assert newcomer.ask().status_code == 202
    assert (first.waiting(newcomer).approved_by_me, second.waiting(newcomer).approved) == (
        True,
        True,
    )
    assert first.enrol(newcomer) == "same_person"
    assert second.enrol(newcomer, pin=None) == "pin_refused"
    assert second.enrol(newcomer, server="B") == "done"

    assert newcomer.ask(server="B").status_code == 200
    leaf = newcomer.certificate
    assert leaf.public_key() == newcomer.key.public_key()
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days == 91  # a day early
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]
    assert newcomer.ask().content == newcomer.ask(server="B").content, "always the same one"
    assert first.waiting(newcomer) is None
    [made] = [row for row in first.terminals().terminals if row.terminal == newcomer.name]
    assert (made.kind, made.status, len(made.certificates)) == ("atm", "active", 1)
    answer = newcomer.as_terminal().call("/v1/lookup", {"number": "amara"})
    assert answer.status == 200, answer


def test_a_refused_key_is_told_so_and_another_key_may_ask(newcomer, branch, tellers, tmp_path):
    newcomer.ask()
    desk = Desk(branch, "tessa")
    named = {"terminal": newcomer.name, "kind": "atm", "key": newcomer.id}
    assert desk.act("refuse_terminal", **named) == "done"
    answer = newcomer.ask()
    assert (answer.status_code, answer.json()["code"]) == (403, "enrolment_refused")
    assert desk.waiting(newcomer) is None
    assert desk.enrol(newcomer) == "unknown"
    assert Newcomer(newcomer.world, newcomer.name, tmp_path).ask().status_code == 202


def test_only_staff_see_and_act(newcomer, world, branch, atm):
    newcomer.ask()
    for terminal, who in ((branch, "amara"), (atm, "tessa")):
        login = terminal.log_in(who)
        answer = terminal.call(
            "/v1/staff/terminals", method="GET", headers={"Session": login["session"]}
        )
        assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize(
    "machine",
    [
        {"terminal": "X"},
        {"terminal": "X", "kind": "atm"},
        {
            "terminal": "X",
            "kind": "atm",
            "key": encode(b"\1" * 32),
            "certificate": encode(b"" * 32),
        },
        {"terminal": "X Y", "kind": "atm", "key": encode(b"\1" * 32)},
    ],
)
def test_an_act_that_names_too_little_or_too_much_is_none(branch, machine):
    assert Desk(branch, "tessa").act("enrol_terminal", **machine).code == "bad_request"


def bad_requests(newcomer: Newcomer) -> dict[str, bytes]:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, newcomer.name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)

    def signed(key) -> bytes:
        return base64.b64encode(builder.sign(key, SHA256()).public_bytes(Encoding.DER))

    good = bytearray(base64.b64decode(newcomer.request()))
    good[-1] ^= 1
    return {
        "nothing": b"",
        "no base64": b"*" * 40,
        "no request": base64.b64encode(b"hello"),
        "forged": base64.b64encode(good),
        "rsa": signed(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        "p-384": signed(ec.generate_private_key(ec.SECP384R1())),
        "a name of two words": newcomer.request("ATM 1"),
    }


def test_what_is_no_request_is_refused(newcomer):
    for what, body in bad_requests(newcomer).items():
        time.sleep(0.5)  # not to be turned away by rate
        answer = newcomer.ask(body)
        assert (what, answer.status_code, answer.json()["code"]) == (what, 400, "bad_request")
    assert newcomer.ask(b"A" * 5000).status_code == 413
    assert newcomer.ask(**{"Content-Type": "text/plain"}).status_code == 415


def test_few_wait_and_each_name_and_address_has_its_share(newcomer, world, tmp_path):
    again = [Newcomer(world, newcomer.name, tmp_path) for _ in range(3)]
    assert [one.ask().status_code for one in again] == [202, 202, 429]
    world.sql(
        "insert into enrolments (key_sha256, terminal, kind, request, address) select"
        " sha256(n::text::bytea), 'FULL-' || n, 'atm', 'x', '192.0.2.' || mod(n, 8)"
        " from generate_series(1, 30) n"
    )
    late = Newcomer(world, f"{newcomer.name}-late", tmp_path)
    answer = late.ask()
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    # One that has been silent gives way; one that is a day old is forgotten.
    world.sql(
        "update enrolments set heard_at = now() - interval '11 min' where address = '192.0.2.1'"
    )
    assert late.ask().status_code == 202
    world.sql("update enrolments set asked_at = now() - interval '25 h'")
    assert late.ask().status_code == 202
    assert world.sql("select terminal from enrolments") == [(late.name,)]


def test_who_asks_without_end_is_turned_away_before_anything_is_read(newcomer):
    statuses = [newcomer.ask(b"x", server="B").status_code for _ in range(40)]
    assert statuses.count(429) > 5
    time.sleep(2)
    assert newcomer.ask(server="B").status_code == 202


def test_nothing_else_is_answered_without_a_certificate(newcomer, world):
    """Not one of the bank's own routes, and on their port not even the handshake."""
    import bank.api.app as whole

    paths = {path for router in whole.ROUTERS for path in (r.path for r in router.routes)}
    trust = str(world.data_dir / "bank" / "trust.pem")
    base = f"https://127.0.0.1:{enrol_port(world, 'A')}"
    with requests.Session() as session:
        for path in sorted(paths - {f"{EST}/cacerts"}):
            time.sleep(0.3)
            for method in ("GET", "POST"):
                found = session.request(method, base + path, verify=trust, timeout=20)
                assert found.status_code in (404, 405, 429), (path, found.status_code)
    with pytest.raises((requests.ConnectionError, ssl.SSLError)):
        requests.get(f"https://127.0.0.1:{world.ports['A']}/healthz", verify=trust, timeout=20)


def test_a_certificate_nobody_was_given_gets_nothing_anywhere(newcomer, world, branch, tellers):
    """Signed by the bank's own authority, known to no registry: refused route by route."""
    import bank.api.app as whole

    stranger = stranger_of(world)
    for router in whole.ROUTERS:
        for route in router.routes:
            if route.path in ("/healthz", "/readyz"):
                continue
            path = re.sub(r"{[^}]*}", "1", route.path)
            [method, *_] = route.methods
            answer = stranger.http.request(
                method, f"https://127.0.0.1:{world.ports['A']}{path}", json={}, timeout=20
            )
            assert answer.status_code == 403, (method, path, answer.text)


def stranger_of(world: World) -> Terminal:
    from datetime import UTC, datetime

    from bank.ca import ensure_authority

    now = datetime.now(UTC)
    identity = ensure_authority(world.data_dir, "Meridian", now).terminal("STRANGER", now)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(world.data_dir / "bank" / "trust.pem")
    session.cert = (str(identity.certificate_file), str(identity.key_file))
    return Terminal(world, "STRANGER", key_id(identity.leaf_der), session)
