"""Certificates of servers and terminals."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier

from bank.ca.authority import BACKDATE, CLIENT_AUTH, SERVER_AUTH, Authority, identifier_of

LEAF_DAYS: Final = 90
"""As MONEY.md 5: good for 90 days, replaced after two thirds of them."""

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def issue_server(
    issuer: Authority,
    name: str,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    hosts: Sequence[str] = (),
) -> x509.Certificate:
    """Return a server's certificate: common name `name`, for loopback and for `hosts`.

    A host is a name or an address, as terminals are told it.
    """
    places = x509.SubjectAlternativeName([_place(host) for host in (*LOOPBACK, *hosts)])
    builder = _builder(issuer, name, key, SERVER_AUTH, now)
    return builder.add_extension(places, critical=False).sign(issuer.key, SHA256())


def hosts_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the hosts that a server's certificate names beside loopback."""
    places = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = (str(place.value) for place in places)
    return tuple(host for host in found if host not in LOOPBACK)


def _place(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def issue_terminal(
    issuer: Authority, terminal_id: str, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return a terminal's certificate: its common name is the terminal id (PIN.md 1)."""
    return _builder(issuer, terminal_id, key, CLIENT_AUTH, now).sign(issuer.key, SHA256())


def needs_renewal(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether two thirds of the certificate's time are over."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return now >= begins + (ends - begins) * 2 / 3


def _builder(
    issuer: Authority,
    common_name: str,
    key: ec.EllipticCurvePublicKey,
    usage: ObjectIdentifier,
    now: datetime,
) -> x509.CertificateBuilder:
    ends = now + timedelta(days=LEAF_DAYS)
    organisation = issuer.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    subject = x509.Name(
        [*organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)],
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(min(ends, issuer.certificate.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(identifier_of(issuer), critical=False)
    )
