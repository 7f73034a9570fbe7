"""Terminals ask for certificates; a certificate ends, and can be denied by itself.

Revision 0017. The SQL lies in ``../sql/0017``, one file a subject.
"""

import hashlib
from pathlib import Path

from alembic import op
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bank.store.sql_files import run_sql_files

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0017"


def upgrade() -> None:
    """Run the files in the order of their names; what was issued before says its end itself."""
    connection = op.get_bind()
    connection.exec_driver_sql(
        "ALTER TABLE terminal_certificates"
        " ADD COLUMN key_sha256 bytea CHECK (octet_length(key_sha256) = 32),"
        " ADD COLUMN not_after timestamptz, ADD COLUMN denied_at timestamptz"
    )
    for (der,) in connection.exec_driver_sql("SELECT der FROM terminal_certificates").fetchall():
        certificate = x509.load_der_x509_certificate(bytes(der))
        key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        connection.exec_driver_sql(
            "UPDATE terminal_certificates SET key_sha256 = %s, not_after = %s WHERE der = %s",
            (hashlib.sha256(key).digest(), certificate.not_valid_after_utc, bytes(der)),
        )
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0017 cannot be undone")
