"""A page of a statement keeps its plan.

Revision 0009. The SQL lies in ``../sql/0009``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0009"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0009 cannot be undone")
