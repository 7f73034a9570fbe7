"""Brings a database to the schema this program was written for (Alembic)."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


def migrate(owner_url: str) -> None:
    """Apply every migration the database lacks, each in its own transaction, as its owner.

    Two at once are safe: the second waits for the first.
    Errors: sqlalchemy.exc.SQLAlchemyError.
    """
    command.upgrade(_config(owner_url), "head")


def latest() -> str:
    """Return the id of the newest migration."""
    head = ScriptDirectory.from_config(_config("")).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["owner_url"] = owner_url
    return config
