"""The errors of movements; the tree is drawn in the package's docstring."""


class MovementError(Exception):
    """Root of this package's errors."""


class BadMovement(MovementError):
    """The JWS, the order in it, or a member that its kind needs is wrong."""


class NotSigned(MovementError):
    """No certificate of this terminal made the signature, or the order names another terminal."""


class TerminalDenied(MovementError):
    """The terminal is not released and asked for something new."""


class ChainRefused(MovementError):
    """The terminal's journal is not the one the bank knows, and it asked for something new."""
