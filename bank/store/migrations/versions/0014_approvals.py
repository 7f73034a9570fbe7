"""What two people must ask alike before it is done.

Revision 0014. The SQL lies in ``../sql/0014``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0014"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0014 cannot be undone")
