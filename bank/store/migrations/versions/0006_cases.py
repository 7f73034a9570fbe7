"""Cases are closed by two people who found the same.

Revision 0006. The SQL lies in ``../sql/0006``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0006"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """A finding is never unmade."""
    raise RuntimeError("migration 0006 cannot be undone")
