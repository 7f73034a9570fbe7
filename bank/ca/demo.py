"""The demo's authority in the data folder: made at first start, kept at every later one.

Every file is written whole or not at all and keys before certificates, so that a start killed in
the middle is carried on by the next. A leaf is made anew only past two thirds of its time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bank.ca.authority import CLIENT_AUTH, SERVER_AUTH, Authority, make_issuer, make_root
from bank.ca.errors import AuthorityUnreadable
from bank.ca.leaves import hosts_of, issue_server, issue_terminal, needs_renewal
from bank.private_file import write_private

_NOTE: Final = """\
This is the DEMO's certificate authority. root.key.pem signs the authority's two issuers, and
whoever holds it can pass for the bank and for any of its terminals.

In a real bank this key never lies on a server: it is made and kept offline, signs the two issuers
at a ceremony, and goes back into the safe. Here everything lies with the one user of the demo.
"""


@dataclass(frozen=True)
class Identity:
    """A server's or terminal's two files, and the leaf certificate in them.

    `certificate_file` holds the full chain up to the root, which is left out; `key_file` is 0600.
    """

    certificate_file: Path
    key_file: Path
    leaf_der: bytes


@dataclass(frozen=True)
class DemoAuthority:
    """The authority of one data folder: its root's file and its two issuers."""

    data_dir: Path
    trust_file: Path
    servers: Authority
    terminals: Authority

    def server(self, name: str, now: datetime, hosts: Sequence[str] | None = None) -> Identity:
        """Return server `name`'s identity in ``bank/servers/<name>``, issued if it must be.

        `hosts`: where terminals find it, beside loopback; None: where they did before.
        """

        def issue(
            key: ec.EllipticCurvePublicKey, before: x509.Certificate | None
        ) -> x509.Certificate:
            known = hosts_of(before) if before is not None else ()
            return issue_server(self.servers, name, key, now, known if hosts is None else hosts)

        def fits(leaf: x509.Certificate) -> bool:
            return hosts is None or set(hosts_of(leaf)) == set(hosts)

        folder = self.data_dir / "bank" / "servers" / name
        return _identity(folder, self.servers, now, issue, fits)

    def terminal(self, terminal_id: str, now: datetime) -> Identity:
        """Return a terminal's identity in ``terminals/<id>``, issued if it must be."""
        return _identity(
            self.data_dir / "terminals" / terminal_id,
            self.terminals,
            now,
            lambda key, _: issue_terminal(self.terminals, terminal_id, key, now),
            lambda _: True,
        )


def _identity(
    folder: Path,
    issuer: Authority,
    now: datetime,
    issue: Callable[[ec.EllipticCurvePublicKey, x509.Certificate | None], x509.Certificate],
    fits: Callable[[x509.Certificate], bool],
) -> Identity:
    folder.mkdir(parents=True, exist_ok=True)
    chain_file, key_file = folder / "cert.pem", folder / "key.pem"
    key = _read_or_make_key(key_file)
    leaf = before = _read_certificate(chain_file) if chain_file.exists() else None
    if (
        leaf is None
        or needs_renewal(leaf, now)
        or leaf.public_key() != key.public_key()
        or not fits(leaf)
    ):
        leaf = issue(key.public_key(), before)
        write_private(chain_file, _pem(leaf) + _pem(issuer.certificate))
    return Identity(chain_file, key_file, leaf.public_bytes(Encoding.DER))


def ensure_authority(data_dir: Path, organisation: str, now: datetime) -> DemoAuthority:
    """Return the authority in `data_dir`, made for `organisation` if there is none yet.

    Raises:
        AuthorityUnreadable: there is one, but damaged; it is left as it is.
    """
    folder = data_dir / "bank" / "ca"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "README").exists():
        (folder / "README").write_text(_NOTE, "utf-8")
    root = read_authority(folder, "root") or _keep(folder, "root", make_root(organisation, now))
    issuers = [
        read_authority(folder, name) or _keep(folder, name, make_issuer(root, title, usage, now))
        for name, title, usage in (
            ("servers", f"{organisation} ATM Servers", SERVER_AUTH),
            ("terminals", f"{organisation} ATM Terminals", CLIENT_AUTH),
        )
    ]
    for issuer in issuers:
        try:
            issuer.certificate.verify_directly_issued_by(root.certificate)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise AuthorityUnreadable(f"the issuers in {folder} are not of its root") from error
    trust_file = data_dir / "bank" / "trust.pem"
    if not trust_file.exists():
        write_private(trust_file, _pem(root.certificate))
    return DemoAuthority(data_dir, trust_file, *issuers)


def read_authority(folder: Path, name: str) -> Authority | None:
    """Return the authority `name` of a folder, or None. Errors: AuthorityUnreadable."""
    key_file, certificate_file = folder / f"{name}.key.pem", folder / f"{name}.pem"
    if not certificate_file.exists():
        return None
    key = _read_key(key_file)
    certificate = _read_certificate(certificate_file)
    if certificate.public_key() != key.public_key():
        raise AuthorityUnreadable(f"{certificate_file} does not belong to {key_file}")
    return Authority(certificate, key)


def _keep(folder: Path, name: str, authority: Authority) -> Authority:
    # The certificate last: it is what says that the authority exists.
    write_private(folder / f"{name}.key.pem", _key_pem(authority.key))
    write_private(folder / f"{name}.pem", _pem(authority.certificate))
    return authority


def _read_or_make_key(file: Path) -> ec.EllipticCurvePrivateKey:
    if file.exists():
        return _read_key(file)
    key = ec.generate_private_key(ec.SECP256R1())
    write_private(file, _key_pem(key))
    return key


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise AuthorityUnreadable(f"the key {file} cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise AuthorityUnreadable(f"the key {file} is of another type")
    return key


def _read_certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityUnreadable(f"the certificate {file} cannot be read") from error


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
