"""Migrations whose SQL lies in files of its own."""

from pathlib import Path

from alembic import op
from psycopg import sql


def run_sql_files(folder: Path) -> None:
    """Run every ``*.sql`` in `folder` in the order of the names; for use inside a migration.

    Through psycopg itself: SQLAlchemy would take colons in the text for parameters.
    Errors: psycopg.Error.
    """
    driver = op.get_bind().connection.dbapi_connection
    if driver is None:
        raise RuntimeError("the migration has no connection")
    for file in sorted(folder.glob("*.sql")):
        driver.cursor().execute(sql.SQL(file.read_text("utf-8")))
