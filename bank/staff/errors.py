"""The errors of staff's work; the tree is drawn in the package's docstring."""


class StaffError(Exception):
    """Any reason why nothing was found or done."""


class BadAct(StaffError):
    """Not an act, or not this session's at this terminal; nothing is stored."""


class OtherAct(StaffError):
    """The uid was used for another act."""


class NoCustomer(StaffError):
    """No customer has this id."""
