"""The ledger's errors; the tree is drawn in the package's docstring."""


class LedgerError(Exception):
    """Root of the ledger's errors."""


class InProgress(LedgerError):
    """The request, or the one it names, is being worked on at this moment."""


class OtherBody(LedgerError):
    """The uid belongs to a request with other bytes."""


class Overloaded(LedgerError):
    """It was not sent to the ledger, for too much waits: ask another server at once."""
