"""Run by Alembic: connects as the database's owner and applies what is missing."""

import psycopg
from alembic import context
from sqlalchemy import create_engine, pool, text

# So that two servers that start at once do not both migrate.
LOCK_KEY = 0x466F7274


def _run() -> None:
    url = context.config.attributes["owner_url"]
    # SQLAlchemy's own addresses name one server; libpq's may name several.
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK_KEY})"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
