"""The ledger: accounts, requests, entries and postings, holds, cases, terminals.

Revision 0001. The tables' and functions' SQL lies in ``../sql/0001``, one file a subject.
"""

from pathlib import Path

from bank.store.sql_files import run_sql_files

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0001"


def upgrade() -> None:
    """Run the files in the order of their names."""
    run_sql_files(SQL)


def downgrade() -> None:
    """A ledger is never taken back."""
    raise RuntimeError("the ledger's first migration cannot be undone")
