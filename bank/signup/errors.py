"""The errors of sign-up; the tree is drawn in the package's docstring."""


class SignupError(Exception):
    """Any reason why nobody was signed up."""


class Taken(SignupError):
    """The user name belongs to another customer."""


class FingerKnown(SignupError):
    """The finger belongs to a customer already."""


class FingersDiffer(SignupError):
    """The templates are not of one finger."""


class PoorFinger(SignupError):
    """A template is none, is below the quality floor, or there are too few different ones."""


class OtherSignup(SignupError):
    """A uid or ticket that was used before with other contents."""


class SignupOver(SignupError):
    """The ticket's time is over."""


class SignupClosed(SignupError):
    """Sign-ups are not taken here."""


class TooManySignups(SignupError):
    """The terminal began many and left them unfinished."""
