"""Run by Alembic: connects as the database's owner and applies what is missing."""

from alembic import context
from sqlalchemy import create_engine, pool, text

# So that two servers that start at once do not both migrate.
LOCK_KEY = 0x466F7274


def _run() -> None:
    url = context.config.attributes["owner_url"].replace(
        "postgresql://", "postgresql+psycopg://", 1
    )
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK_KEY})"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
