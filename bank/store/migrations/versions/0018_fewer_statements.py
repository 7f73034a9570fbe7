"""A batch takes fewer statements, and an item fewer look-ups.

Revision 0018. The SQL lies in ``../sql/0018``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0018"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0018 cannot be undone")
