"""Closing a case locks as every decision does, so that neither waits for the other in a circle.

Revision 0013. The SQL lies in ``../sql/0013``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0013"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0013 cannot be undone")
