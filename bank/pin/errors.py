"""The errors of the PIN proof; the tree is drawn in the package's docstring."""

from dataclasses import dataclass
from typing import Literal


class PinError(Exception):
    """Any reason why a PIN is not accepted."""


class BadStart(PinError):
    """Members that do not fit together, or an element that is none; no try was spent."""


class BadChallenge(PinError):
    """A record, ticket or token that this bank did not issue for this purpose and terminal."""


class ChallengeExpired(PinError):
    """A genuine record, ticket or token outside its time, or a record whose session has ended."""


class Replayed(PinError):
    """An attempt that was finished or had another element, a burnt nonce, or a used ticket."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that a finger's owner is told of: what opens it, and the audit row's reference."""

    unlock: Literal["finger", "branch"]
    reference: str


class Rejected(PinError):
    """The proof does not hold. `tries_left` is None where no finger vouched for the customer;
    `lock` is there if it was the last try."""

    def __init__(self, tries_left: int | None = None, lock: Lock | None = None) -> None:
        super().__init__()
        self.tries_left = tries_left
        self.lock = lock


class Locked(PinError):
    """No try is left: a fresh identification by finger, or a branch, gives new ones."""

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self.lock = lock


class TooManyStarts(PinError):
    """30 unsuccessful starts an hour, or more repeats of one than are allowed."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s
