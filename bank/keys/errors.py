"""The errors of keys; the tree is drawn in the package's docstring."""


class KeysError(Exception):
    """Any failure of reading or using the bank's keys."""


class KeySetUnreadable(KeysError):
    """The key set's file is missing, damaged or not one of ours."""


class SealBroken(KeysError):
    """A sealed field does not open: changed, moved, cut, or under a key this server lacks."""


class RecordRefused(KeysError):
    """Bytes that this bank did not sign as a record of the kind that was asked for."""
