"""Certificate authorities: the self-signed root and the issuers under it (RFC 5280)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ROOT_DAYS: Final = 3650
ISSUER_DAYS: Final = 1825
BACKDATE: Final = timedelta(days=1)
"""Validity begins a day early: clocks of new machines are seldom right."""


@dataclass(frozen=True)
class Authority:
    """A certificate that may sign others, with its key (ECDSA P-256)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def make_root(organisation: str, now: datetime) -> Authority:
    """Return a new self-signed root for `organisation`, good for ten years from `now` (aware)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, f"{organisation} ATM Root")
    builder = _builder(name, name, key.public_key(), now, ROOT_DAYS, path_length=1)
    return Authority(builder.sign(key, SHA256()), key)


def make_issuer(root: Authority, title: str, usage: ObjectIdentifier, now: datetime) -> Authority:
    """Return an issuer of leaves of one `usage` (serverAuth or clientAuth), signed by `root`."""
    key = ec.generate_private_key(ec.SECP256R1())
    organisation = root.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0]
    name = _name(str(organisation.value), title)
    builder = _builder(
        name, root.certificate.subject, key.public_key(), now, ISSUER_DAYS, path_length=0
    )
    # OpenSSL holds a leaf to the usages of every issuer above it.
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    builder = builder.add_extension(identifier_of(root), critical=False)
    return Authority(builder.sign(root.key, SHA256()), key)


def identifier_of(issuer: Authority) -> x509.AuthorityKeyIdentifier:
    """Return the extension by which a certificate names the key that signed it."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())


SERVER_AUTH: Final = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT_AUTH: Final = ExtendedKeyUsageOID.CLIENT_AUTH


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    days: int,
    path_length: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
