"""A case may be about a sum that is not known.

Revision 0010. The SQL lies in ``../sql/0010``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0010"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0010 cannot be undone")
