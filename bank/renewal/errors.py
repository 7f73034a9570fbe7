"""The errors of renewing a PIN; the tree is drawn in the package's docstring."""


class RenewalError(Exception):
    """Any reason why a PIN stays as it is."""


class NoReset(RenewalError):
    """Nothing that two people approved for this customer and desk, or its time is over."""


class TooManyTickets(RenewalError):
    """Several were asked for and left."""


class RenewalOver(RenewalError):
    """The ticket's time is over, its session has ended, or the PIN was renewed meanwhile."""


class OtherRenewal(RenewalError):
    """A ticket that was used before with other contents, or is none of a renewal."""
