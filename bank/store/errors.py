"""What can be wrong with the database, to whoever asks it.

StoreError
`-- StoreUnavailable       no answer, in time, from a database that may be written: whether a
                           statement took effect is unknown; answer 503
"""


class StoreError(Exception):
    """Root of the store's errors."""


class StoreUnavailable(StoreError):
    """No connection, no answer before the deadline, or a database that cannot be written."""
