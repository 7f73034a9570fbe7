"""The errors of running a PostgreSQL; the tree is drawn in the package's docstring."""


class PostgresError(Exception):
    """Any failure of finding, making, starting or stopping a PostgreSQL."""


class PostgresNotFound(PostgresError):
    """No usable PostgreSQL programs, or none of the version that made the cluster."""


class DatabaseUnknown(PostgresError):
    """No file says where the database is, or the file is broken."""


class PostgresInUse(PostgresError):
    """Another live process runs the server in this folder."""


class PostgresDidNotStart(PostgresError):
    """A program of PostgreSQL refused; the message ends with what it wrote."""


class PostgresDidNotStop(PostgresError):
    """The server was asked to stop and is still there after the time allowed."""
