import argparse
import datetime
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from bank.ca import AuthorityUnreadable, DemoAuthority, Identity, ensure_authority
from bank.ca.cli import host
from bank.ca.leaves import hosts_of

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def authority(tmp_path: Path) -> DemoAuthority:
    return ensure_authority(tmp_path, "Meridian", NOW)


def context(side: ssl._SSLMethod, trust: Path, own: Identity) -> ssl.SSLContext:
    made = ssl.SSLContext(side)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(trust)
    made.load_cert_chain(own.certificate_file, own.key_file)
    return made


def shake_hands(
    trust: Path, server: Identity, client: Identity, host: str, client_trust: Path | None = None
) -> x509.Certificate:
    """The certificate the server saw."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    at_server = context(ssl.PROTOCOL_TLS_SERVER, trust, server).wrap_bio(up, down, True)
    at_client = context(ssl.PROTOCOL_TLS_CLIENT, client_trust or trust, client).wrap_bio(
        down, up, False, host
    )
    for step in (at_client.do_handshake, at_server.do_handshake) * 3:
        progress(step)
    # In TLS 1.3 a client learns of its certificate's refusal at its first read.
    at_client.write(b"x")
    assert at_server.read(1) == b"x"
    der = at_server.getpeercert(True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def progress(step: Callable[[], None]) -> None:
    try:
        step()
    except ssl.SSLWantReadError:
        return


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_both_ends_know_each_other(authority: DemoAuthority, host: str) -> None:
    server, terminal = authority.server("A", NOW), authority.terminal("ATM-0001", NOW)
    seen = shake_hands(authority.trust_file, server, terminal, host)
    name = seen.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name == "ATM-0001"
    leaf = x509.load_der_x509_certificate(server.leaf_der)
    assert leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "A"


def test_only_the_root_is_trusted(authority: DemoAuthority) -> None:
    trusted = ssl.create_default_context(cafile=authority.trust_file).get_ca_certs()
    assert len(trusted) == 1
    assert trusted[0]["subject"] == trusted[0]["issuer"]


def test_a_terminal_cannot_pass_for_a_server_nor_the_other_way_round(
    authority: DemoAuthority,
) -> None:
    server, terminal = authority.server("A", NOW), authority.terminal("ATM-0001", NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(authority.trust_file, terminal, terminal, "localhost")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(authority.trust_file, server, server, "localhost")


def test_another_banks_terminal_is_refused(authority: DemoAuthority, tmp_path: Path) -> None:
    other = ensure_authority(tmp_path / "other", "Meridian", NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(
            authority.trust_file,
            authority.server("A", NOW),
            other.terminal("ATM-0001", NOW),
            "localhost",
        )
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(
            other.trust_file,
            other.server("A", NOW),
            other.terminal("ATM-0001", NOW),
            "localhost",
            client_trust=authority.trust_file,
        )


def test_a_second_start_keeps_everything(authority: DemoAuthority) -> None:
    def files() -> dict[Path, bytes]:
        authority.server("B", NOW)
        authority.terminal("ATM-0001", NOW)
        return {file: file.read_bytes() for file in authority.data_dir.rglob("*") if file.is_file()}

    first = files()
    again = ensure_authority(authority.data_dir, "Meridian", NOW + datetime.timedelta(days=1))
    again.server("B", NOW)
    again.terminal("ATM-0001", NOW)
    assert files() == first
    keys = [file for file in first if file.name.endswith("key.pem")]
    assert len(keys) == 5
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_start_killed_in_the_middle_is_carried_on(authority: DemoAuthority) -> None:
    folder = authority.data_dir / "bank" / "ca"
    root = (folder / "root.pem").read_bytes()
    for file in (folder / "terminals.pem", authority.trust_file):
        file.unlink()
    again = ensure_authority(authority.data_dir, "Meridian", NOW)
    assert (folder / "root.pem").read_bytes() == root
    shake_hands(
        again.trust_file, again.server("A", NOW), again.terminal("ATM-0001", NOW), "localhost"
    )


def test_a_leaf_is_replaced_at_two_thirds_and_keeps_its_key(authority: DemoAuthority) -> None:
    first = authority.terminal("ATM-0001", NOW)
    key = first.key_file.read_bytes()
    kept = authority.terminal("ATM-0001", NOW + datetime.timedelta(days=58))
    assert kept.leaf_der == first.leaf_der
    replaced = authority.terminal("ATM-0001", NOW + datetime.timedelta(days=61))
    assert replaced.leaf_der != first.leaf_der
    assert replaced.key_file.read_bytes() == key


def test_a_server_keeps_its_hosts_until_others_are_given(authority: DemoAuthority) -> None:
    hosts = ["atm1.bank.example", "10.0.1.1", "2001:db8::7"]
    named = authority.server("A", NOW, hosts)
    assert authority.server("A", NOW).leaf_der == named.leaf_der
    assert authority.server("A", NOW, hosts[::-1]).leaf_der == named.leaf_der
    terminal = authority.terminal("ATM-0001", NOW)
    for place in (*hosts, "localhost"):
        shake_hands(authority.trust_file, named, terminal, place)
    later = NOW + datetime.timedelta(days=61)
    renewed = x509.load_der_x509_certificate(authority.server("A", later).leaf_der)
    assert renewed.not_valid_before_utc > NOW
    assert hosts_of(renewed) == tuple(hosts)
    alone = authority.server("B", NOW)
    for place in hosts:
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(authority.trust_file, alone, terminal, place)


@pytest.mark.parametrize(
    "wrong", ["", "bank_1", "a..b", "-a.example", "10.0.0.300", "https://a.example", "a:1069", "*"]
)
def test_a_host_that_is_none(wrong: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        host(wrong)


def test_hosts_as_certificates_say_them() -> None:
    assert [host(text) for text in ("ATM1.Bank.example", "2001:DB8:0::7", "10.0.1.1")] == [
        "atm1.bank.example",
        "2001:db8::7",
        "10.0.1.1",
    ]


def test_a_damaged_authority_is_left_alone(authority: DemoAuthority) -> None:
    file = authority.data_dir / "bank" / "ca" / "servers.key.pem"
    file.write_text("nonsense")
    with pytest.raises(AuthorityUnreadable):
        ensure_authority(authority.data_dir, "Meridian", NOW)
    assert file.read_text() == "nonsense"


def test_an_issuer_of_another_root_is_refused(authority: DemoAuthority, tmp_path: Path) -> None:
    other = ensure_authority(tmp_path / "other", "Meridian", NOW)
    for name in ("servers.pem", "servers.key.pem"):
        source = other.data_dir / "bank" / "ca" / name
        (authority.data_dir / "bank" / "ca" / name).write_bytes(source.read_bytes())
    with pytest.raises(AuthorityUnreadable):
        ensure_authority(authority.data_dir, "Meridian", NOW)
