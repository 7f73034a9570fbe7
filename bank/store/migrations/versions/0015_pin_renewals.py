"""A new PIN for a customer who exists, and which way opens a lock.

Revision 0015. The SQL lies in ``../sql/0015``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0015"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0015 cannot be undone")
