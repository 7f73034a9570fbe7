"""A batch of movements is decided over arrays and written set by set; chains have heads.

Revision 0004. The SQL lies in ``../sql/0004``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0004"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """What was decided stays decided."""
    raise RuntimeError("migration 0004 cannot be undone")
