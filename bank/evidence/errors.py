"""The errors of evidence; the tree is drawn in the package's docstring."""


class EvidenceError(Exception):
    """Root of this package's errors; the text is for the person at the shell."""


class NoSuchMovement(EvidenceError):
    """The bank has no request of this terminal under this uid."""


class NoBundle(EvidenceError):
    """Not a bundle of evidence."""
