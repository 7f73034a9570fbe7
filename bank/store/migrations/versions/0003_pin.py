"""The PIN proof's decisions as functions of the database: start, burn, succeed.

Revision 0003. The SQL lies in ``../sql/0003``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0003"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """Customers are never taken back."""
    raise RuntimeError("migration 0003 cannot be undone")
