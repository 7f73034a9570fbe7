"""A month whose rows came before its partition.

Revision 0019. The SQL lies in ``../sql/0019``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0019"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0019 cannot be undone")
