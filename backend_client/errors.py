"""What can go wrong between a terminal and its bank.

Money calls raise none of these: their outcome is done, refused or unknown (``outcomes``).

    BankError
    +-- IdentityUnusable   key, certificate or trust file missing, foreign, expired: stop
    +-- BankAway           no definite answer in time: nothing was decided, say so, offer later
    +-- SessionEnded       log the customer out
    +-- Declined           the bank answered no; ``code`` and ``detail`` say why, for the log
        +-- NotIdentified      another finger, or the number
        +-- NumberNeeded       the finger is not enough: ask for the number
        +-- ProbeReplayed      read the finger once more
        +-- PinRejected        ask for the PIN again; ``tries_left`` where the bank says
        +-- PinLocked          say how to unlock
        +-- TooManyTries       wait; ``retry_after_s`` where the bank says
        +-- RecordExpired      begin again with the finger, or with the sign-up
        +-- NotFound           no such account, payee or customer
        +-- UserNameTaken      another user name
        +-- FingerTaken        this finger is enrolled already
        +-- FingersDiffer      the pictures are not of one finger
        +-- FingerPoor         better pictures are needed
        +-- TerminalDenied     serve nobody; ask hello again until the bank has released it
        |   +-- NotEnrolled        the same, until the terminal has been enrolled again
        |   +-- ChainRefused       the same, until the bank knows this terminal's journal again
        +-- RequestRefused     anything else: a fault of the machine or its set-up
"""

from typing import Literal


class BankError(Exception):
    """Root of this package's errors."""


class IdentityUnusable(BankError):
    """The terminal cannot show who it is, or cannot know who its bank is."""


class BankAway(BankError):
    """No server gave a definite answer in time."""


class SessionEnded(BankError):
    """The session is over, by time or by the bank."""


class Declined(BankError):
    """A definite no.

    ``code`` is the problem's code, ``field`` the member that is wrong (for a form), the numbers
    are None where the bank does not say. ``unlock`` is what opens a PIN's lock, ``reference``
    what the bank calls it by.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        tries_left: int | None = None,
        retry_after_s: int | None = None,
        unlock: Literal["finger", "branch"] | None = None,
        reference: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.field = field
        self.tries_left = tries_left
        self.retry_after_s = retry_after_s
        self.unlock = unlock
        self.reference = reference


class NotIdentified(Declined):
    """No enrolled customer matches."""


class NumberNeeded(Declined):
    """Two customers are too alike, or there are too many to search."""


class ProbeReplayed(Declined):
    """The very same template was sent before."""


class PinRejected(Declined):
    """The proof did not hold."""


class PinLocked(Declined):
    """Too many wrong PINs."""


class TooManyTries(Declined):
    """A limit of the terminal or the customer."""


class RecordExpired(Declined):
    """The finger's record or the ticket is too old or used up."""


class NotFound(Declined):
    """Nothing by that name or number."""


class UserNameTaken(Declined):
    """The user name belongs to somebody."""


class FingerTaken(Declined):
    """The finger belongs to a customer."""


class FingersDiffer(Declined):
    """The pictures do not match each other."""


class FingerPoor(Declined):
    """The pictures are below the quality floor."""


class TerminalDenied(Declined):
    """The bank has taken this terminal out of service."""


class NotEnrolled(TerminalDenied):
    """The terminal's certificate is over or denied."""


class ChainRefused(TerminalDenied):
    """The bank does not know this terminal's journal; hello says why."""


class RequestRefused(Declined):
    """The bank does not accept the request as it was made."""
