"""Operators count and fill a machine, and the ledger follows.

Revision 0011. The SQL lies in ``../sql/0011``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0011"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0011 cannot be undone")
