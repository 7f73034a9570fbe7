"""The errors of identification; the tree is drawn in the package's docstring."""


class IdentifyError(Exception):
    """Any reason why nobody was found."""


class BadProbe(IdentifyError):
    """The bytes are no fingerprint template."""


class NotIdentified(IdentifyError):
    """The probe belongs to nobody, or not to whom the number names."""


class NumberNeeded(IdentifyError):
    """The gallery alone cannot tell: a number or user name must narrow it."""


class ProbeReplayed(IdentifyError):
    """The same bytes have been shown before."""


class TooManyProbes(IdentifyError):
    """The terminal's share of probes that belong to nobody is used up for now."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class NoNumberLogin(IdentifyError):
    """The bank's rules let nobody in without a finger."""


class RecordInvalid(IdentifyError):
    """Not a factor 1 record, or one for another terminal or credential."""
