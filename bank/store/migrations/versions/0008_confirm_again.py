"""A posting that is reported again is answered with the posting that there is.

Revision 0008. The SQL lies in ``../sql/0008``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0008"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """An answer is never taken back."""
    raise RuntimeError("migration 0008 cannot be undone")
