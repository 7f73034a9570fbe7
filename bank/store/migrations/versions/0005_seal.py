"""Entries are put in order and chained; the bank's own entries are signed.

Revision 0005. The SQL lies in ``../sql/0005``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0005"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """A chain is never unmade."""
    raise RuntimeError("migration 0005 cannot be undone")
