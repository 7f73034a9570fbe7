import hashlib
import os
import shutil
import ssl

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given
from hypothesis import strategies as st

from backend_client.bank_time import BankTime
from backend_client.errors import IdentityUnusable
from backend_client.identity import TerminalIdentity
from backend_client.tls import client_context


@pytest.fixture
def folder(pki, tmp_path):
    return shutil.copytree(pki.terminal, tmp_path / "terminal")


def test_an_identity_is_its_certificates(folder):
    identity = TerminalIdentity.load(folder)
    der = ssl.PEM_cert_to_DER_cert((folder / "cert.pem").read_text())
    assert identity.terminal_id == "ATM-0001"
    assert identity.certificate_hash == hashlib.sha256(der).digest()
    assert "private_key" not in repr(identity)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_is_refused(folder, mode):
    (folder / "key.pem").chmod(mode)
    with pytest.raises(IdentityUnusable, match="read by others"):
        TerminalIdentity.load(folder)


@pytest.mark.parametrize("name", ["cert.pem", "key.pem"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"\xff" * 100])
def test_a_file_that_is_missing_or_damaged_is_refused(folder, name, content):
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(IdentityUnusable):
        TerminalIdentity.load(folder)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ec.generate_private_key(ec.SECP256R1()),
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: rsa.generate_private_key(65_537, 2048),
    ],
    ids=["another", "another curve", "another kind"],
)
def test_a_key_that_is_not_the_certificates_is_refused(folder, make):
    pem = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    with pytest.raises(IdentityUnusable):
        TerminalIdentity.load(folder)


def test_trust_without_a_ca_is_refused(folder, tmp_path):
    identity = TerminalIdentity.load(folder)
    for content in (None, "", "nonsense", (folder / "cert.pem").read_text()):
        file = tmp_path / "trust.pem"
        if content is not None:
            file.write_text(content)
        with pytest.raises(IdentityUnusable):
            client_context(identity, file)


LAST_S = 253_402_300_799


@given(st.lists(st.integers(-10, 2 * LAST_S), max_size=20))
@example([LAST_S])
@example([LAST_S + 1, 7])
def test_bank_time_never_goes_back(tmp_path_factory, named):
    file = tmp_path_factory.mktemp("time") / "bank-time"
    bank_time = BankTime(file, floor_s=5)
    latest = 5
    for seconds in named:
        bank_time.advance(seconds)
        if seconds <= LAST_S:
            latest = max(latest, seconds)
        assert bank_time.latest_s() == latest
    # A minute at most is forgotten over a restart, and never more.
    assert latest - 60 < BankTime(file, floor_s=5).latest_s() <= latest


def test_certificates_are_judged_to_the_end_of_dates(pki, tmp_path):
    der = ssl.PEM_cert_to_DER_cert((pki.terminal / "cert.pem").read_text())
    bank_time = BankTime(tmp_path / "bank-time", 0)
    assert not bank_time.is_over(der)
    bank_time.advance(LAST_S)
    assert bank_time.is_over(der)


def test_bank_time_survives_a_restart(tmp_path):
    file = tmp_path / "bank-time"
    BankTime(file, 0).advance(1_800_000_000)
    assert BankTime(file, 0).latest_s() == 1_800_000_000
    assert BankTime(file, 1_900_000_000).latest_s() == 1_900_000_000


@pytest.mark.parametrize("content", [b"", b"12", b"-5\n", b"1e9\n", b"\xff\n", b"9" * 20 + b"\n"])
def test_a_damaged_bank_time_is_said(tmp_path, content):
    file = tmp_path / "bank-time"
    file.write_bytes(content)
    with pytest.raises(IdentityUnusable):
        BankTime(file, 0)


def test_a_time_that_cannot_be_written_is_known_all_the_same(tmp_path):
    """A full disk must not turn the bank's answer about money into an error."""
    bank_time = BankTime(tmp_path / "gone" / "bank-time", 0)
    bank_time.advance(1_800_000_000)
    assert bank_time.latest_s() == 1_800_000_000
