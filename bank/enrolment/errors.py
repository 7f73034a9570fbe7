"""The errors of enrolment; the tree is drawn in the package's docstring."""


class EnrolmentError(Exception):
    """Any failure of an enrolment."""


class BadRequest(EnrolmentError):
    """Not a certification request of a terminal; the message says why."""


class Refused(EnrolmentError):
    """Somebody of the bank has refused this key."""


class KeyUsed(EnrolmentError):
    """The key has asked before, for something else."""


class OtherKind(EnrolmentError):
    """A teller's desk is no cash machine."""


class Full(EnrolmentError):
    """Too many keys wait, of all or of this address or name."""


class NotCurrent(EnrolmentError):
    """Only a terminal whose certificate is good renews it, for itself."""


class NotIssuer(EnrolmentError):
    """The issuer's key is on another server."""
