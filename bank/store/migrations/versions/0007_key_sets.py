"""Which key sets servers may work with, and which server has confirmed which.

Revision 0007. The SQL lies in ``../sql/0007``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0007"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Which keys servers agreed on is not forgotten."""
    raise RuntimeError("migration 0007 cannot be undone")
