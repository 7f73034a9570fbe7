"""Databases made and removed, with the bank's two roles in them."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

from bank.store.postgres.roles import (
    APPLICATION,
    OWNER,
    SUPERUSER,
    DatabaseUrls,
    Passwords,
    url,
)


def create_database(port: int | Sequence[int], passwords: Passwords, database: str) -> DatabaseUrls:
    """Make both roles and `database` where they are missing. Errors: psycopg.Error."""
    superuser = url(port, SUPERUSER, passwords.superuser, "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role, password in ((OWNER, passwords.owner), (APPLICATION, passwords.application)):
            _ensure_role(connection, role, password)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if found.fetchone() is None:
            name = sql.Identifier(database)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(OWNER))
            )
        _keep_others_out(connection, database)
    return DatabaseUrls(
        owner=url(port, OWNER, passwords.owner, database),
        application=url(port, APPLICATION, passwords.application, database),
    )


def drop_database(port: int, passwords: Passwords, database: str) -> None:
    """Remove `database` and end whoever is connected to it. Errors: psycopg.Error."""
    superuser = url(port, SUPERUSER, passwords.superuser, "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )


def _ensure_role(
    connection: psycopg.Connection[tuple[object, ...]], role: str, password: str
) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "CREATE" if found is None else "ALTER"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
        )
    )


def _keep_others_out(connection: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    name, application = sql.Identifier(database), sql.Identifier(APPLICATION)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, application))
