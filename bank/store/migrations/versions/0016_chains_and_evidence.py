"""A terminal's chain is compared at every hello, new ones are opened by two, proofs are kept.

Revision 0016. The SQL lies in ``../sql/0016``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0016"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Nothing goes back."""
    raise RuntimeError("migration 0016 cannot be undone")
