"""Rows are found by key, whatever the planner believes of a table.

Revision 0012. The SQL lies in ``../sql/0012``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0012"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0012 cannot be undone")
