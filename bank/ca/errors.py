"""The errors of the certificate authority; the tree is drawn in the package's docstring."""


class CaError(Exception):
    """Any failure of the certificate authority."""


class AuthorityUnreadable(CaError):
    """A key or certificate of the authority is missing, damaged or does not fit its partner."""
