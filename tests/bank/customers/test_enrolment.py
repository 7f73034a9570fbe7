"""A terminal asks for a certificate; two people compare characters and release it."""

import base64
import re
import ssl
import time
import uuid
from pathlib import Path

import psycopg
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bank.api.app import ROUTERS
from bank.enrolment.listener import router as strangers
from bank.store.postgres import read_urls
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.enrolment import characters
from tests.bank.customers.conftest import World
from tests.bank.customers.enrolling import (
    EST,
    Desk,
    Newcomer,
    enrol_port,
    read_certificates,
    stranger_of,
)


@pytest.fixture
def newcomer(world: World, tmp_path: Path) -> Newcomer:
    world.sql("delete from enrolments")
    return Newcomer(world, f"NEW-{uuid.uuid4().hex[:8]}", tmp_path)


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


def test_the_database_itself_wants_two_people(newcomer, world, branch):
    """Whoever has the application's password cannot give himself a certificate."""
    newcomer.ask()
    assert Desk(branch, "tessa").enrol(newcomer) == "waiting"
    with (
        psycopg.connect(read_urls(world.data_dir).application) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="two people have not approved"),
    ):
        connection.execute(
            "select enrolment_release(%s, sha256('x'), 'x', now(), 'EUR')", [decode(newcomer.id)]
        )


def test_a_server_without_the_issuers_key_approves_nothing(newcomer, world, branch):
    newcomer.ask()
    key = world.data_dir / "bank" / "ca" / "terminals.pem"
    away = key.rename(key.with_suffix(".away"))
    try:
        world.stop_server("B")
        world.start_server("B")
    finally:
        away.rename(key)
    desk = Desk(branch, "tessa")
    assert desk.enrol(newcomer, server="B") == "not_issuer"
    assert desk.enrol(newcomer, server="A") == "waiting"
    world.stop_server("B")


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
    own = {route.path for router in ROUTERS for route in router.routes}
    assert {route.path for route in strangers.routes} & own == {f"{EST}/cacerts"}
    assert {route.path for route in strangers.routes} - own == {f"{EST}/simpleenroll"}
    trust = str(world.data_dir / "bank" / "trust.pem")
    base = f"https://127.0.0.1:{enrol_port(world, 'A')}"
    for path in ("/healthz", "/openapi.json", f"{EST}/simplereenroll", "/v1/movements"):
        assert requests.post(base + path, verify=trust, timeout=20).status_code == 404, path
    ours = read_certificates(requests.get(f"{base}{EST}/cacerts", verify=trust, timeout=20))
    assert x509.load_pem_x509_certificate(Path(trust).read_bytes()) in ours
    with pytest.raises((requests.ConnectionError, ssl.SSLError)):
        requests.get(f"https://127.0.0.1:{world.ports['A']}/healthz", verify=trust, timeout=20)


def test_a_certificate_nobody_was_given_gets_nothing_anywhere(world):
    """Signed by the bank's own authority, known to no registry: refused route by route."""
    stranger = stranger_of(world)
    for router in ROUTERS:
        for route in router.routes:
            if route.path in ("/healthz", "/readyz"):
                continue
            path = re.sub(r"{[^}]*}", "1", route.path)
            [method, *_] = route.methods
            answer = stranger.http.request(
                method, f"https://127.0.0.1:{world.ports['A']}{path}", json={}, timeout=20
            )
            assert answer.status_code == 403, (method, path, answer.text)
