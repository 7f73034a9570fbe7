import os
import ssl

import pytest

from backend_client import Bank, BankSettings, Server
from backend_client.bank_time import BankTime
from backend_client.errors import BankAway
from backend_client.identity import TerminalIdentity
from backend_client.tls import client_context, server_session
from protocol.messages.terminal import ReadyAnswer
from tests.backend_client.authority import START, Authority
from tests.backend_client.faulty_server import FaultyServer, answer, server_context
from tests.backend_client.small_bank import FACTOR1, REALM


@pytest.fixture
def small_bank(small_bank):
    small_bank.handlers["/v1/lookup"] = lambda _request, _body: answer(FACTOR1)
    return small_bank


@pytest.fixture
def serve(small_bank):
    """A function that starts a server with a certificate of the caller's choice."""
    running = []

    def start(folder, trust, **changes):
        running.append(FaultyServer("X", small_bank, *server_context(folder, trust, **changes)))
        return Server("X", "127.0.0.1", running[-1].port)

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def make_session(pki, tmp_path):
    identity = TerminalIdentity.load(pki.terminal)
    context = client_context(identity, pki.trust)
    session = server_session(context, BankTime(tmp_path / "bank-time", 0))
    yield lambda: (session, context)
    session.close()


def test_exactly_one_ca_is_loaded_even_after_a_request(make_session, servers, small_bank):
    small_bank.handlers["/readyz"] = lambda _request, _body: answer(
        ReadyAnswer(ready=True, server="A", reasons=())
    )
    session, context = make_session()
    response = session.get(f"https://127.0.0.1:{servers[0].port}/readyz", timeout=5)
    assert response.json()["ready"]
    (ca,) = context.get_ca_certs()
    assert ca["subject"] == ((("commonName", "test root"),),)


def test_a_callers_verify_cannot_switch_the_check_off(pki, tmp_path, serve, make_session):
    stranger = Authority("stranger")
    server = serve(stranger.issue(tmp_path / "s", "server", server=True), pki.trust)
    session, _ = make_session()
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        session.get(server.base_url, timeout=5, verify=False)


def test_plain_http_is_not_spoken(make_session):
    session, _ = make_session()
    with pytest.raises(ValueError, match="No connection adapters"):
        session.get("http://127.0.0.1:9/", timeout=1)


def test_the_environment_is_not_looked_at(connect, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, os.devnull)
    assert connect().lookup("1234567890") == FACTOR1


def test_a_server_of_another_ca_is_refused_before_anything_is_sent(
    pki, tmp_path, serve, connect, small_bank
):
    asked = []
    small_bank.handlers["/v1/lookup"] = lambda request, _body: asked.append(request)
    stranger = Authority("stranger")
    server = serve(stranger.issue(tmp_path / "s", "server", server=True), pki.trust)
    with pytest.raises(BankAway, match="CERTIFICATE_VERIFY_FAILED"):
        connect(addresses=[server]).lookup("1234567890")
    assert asked == []


def test_a_terminals_certificate_makes_no_server(pki, tmp_path, serve, connect):
    server = serve(pki.authority.issue(tmp_path / "t", "ATM-0002"), pki.trust)
    with pytest.raises(BankAway, match="CERTIFICATE_VERIFY_FAILED"):
        connect(addresses=[server]).lookup("1234567890")


def test_a_server_at_another_address_is_refused(pki, tmp_path, serve, connect):
    folder = pki.authority.issue(tmp_path / "h", "server", server=True, host="127.0.0.2")
    with pytest.raises(BankAway, match="CERTIFICATE_VERIFY_FAILED"):
        connect(addresses=[serve(folder, pki.trust)]).lookup("1234567890")


def test_tls_below_1_3_is_refused(pki, serve, connect):
    server = serve(pki.servers["A"], pki.trust, maximum=ssl.TLSVersion.TLSv1_2)
    with pytest.raises(BankAway):
        connect(addresses=[server]).lookup("1234567890")


def test_a_terminal_of_another_ca_is_not_served(pki, tmp_path, servers, connect):
    foreign = Authority("stranger").issue(tmp_path / "terminal", "ATM-0001")
    with pytest.raises(BankAway):
        connect(identity_folder=foreign).lookup("1234567890")


class TestTime:
    """OpenSSL does not look at the clock; the bank's time decides."""

    @pytest.fixture
    def ended(self, pki, tmp_path, serve):
        end = START.replace(month=2)
        folder = pki.authority.issue(tmp_path / "old", "server", server=True, end=end)
        return serve(folder, pki.trust), int(end.timestamp())

    def test_a_certificate_that_ended_before_the_banks_time_is_refused(
        self, ended, connect, tmp_path
    ):
        server, end_s = ended
        (tmp_path / "bank-time").write_text(f"{end_s + 1}\n")
        with pytest.raises(BankAway, match="CertificateOver"):
            connect(addresses=[server]).lookup("1234567890")

    def test_the_terminals_own_clock_decides_nothing(self, ended, connect, tmp_path):
        # By this machine's clock the certificate ended long ago.
        server, end_s = ended
        (tmp_path / "bank-time").write_text(f"{end_s - 1}\n")
        assert connect(addresses=[server]).lookup("1234567890") == FACTOR1

    def test_a_terminal_whose_own_certificate_is_over_starts_nothing(self, pki, tmp_path):
        folder = pki.authority.issue(tmp_path / "t", "ATM-0001", end=START.replace(month=2))
        (tmp_path / "bank-time").write_text(f"{int(START.replace(month=3).timestamp())}\n")
        with Bank(
            BankSettings(
                servers=[Server("A", "127.0.0.1", 1)],
                identity_folder=folder,
                trust_file=pki.trust,
                bank_time_file=tmp_path / "bank-time",
                realm=REALM,
            )
        ) as bank:
            assert bank.must_enrol()
            assert bank.denied()
