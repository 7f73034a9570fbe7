"""Customers, credentials, fingers, sessions, sign-ups and the audit log.

Revision 0002. The SQL lies in ``../sql/0002``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0002"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Customers are never taken back."""
    raise RuntimeError("migration 0002 cannot be undone")
