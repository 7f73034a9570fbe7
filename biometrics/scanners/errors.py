"""What can go wrong between a finger and its picture.

    ScannerError
    +-- NoDevice     no reader is there, or none that this driver can use: offer another way in
    +-- Unplugged    it was there and is gone: say so, watch for its return
    +-- Retry        the reader wants the finger again; `reason` says why. Normal, not a failure
    +-- Timeout      nobody placed a finger in time: ask whether more time is wanted
    +-- Cancelled    the caller asked to stop
    +-- ScanError    the reader failed otherwise: count it, try again, then out of service

`str(error)` is for the operator: what happened and what to do about it, with the reader's name
where there is one. `error.for_customer` is for whoever stands before the machine: one sentence of
what to do now, without a word of hardware. After any of them the same scanner may be asked to
scan again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from biometrics.quality import Guidance


class ScannerError(Exception):
    """Any failure of a fingerprint reader."""

    for_customer: ClassVar[str] = (
        "The fingerprint reader does not work right now. Use your account number instead."
    )


class NoDevice(ScannerError):
    """There is no reader to be used."""

    for_customer = "There is no fingerprint reader right now. Use your account number instead."


class Unplugged(ScannerError):
    """The reader went away during the scan."""

    for_customer = "The fingerprint reader went away. Use your account number instead."


class Retry(ScannerError):
    """The finger should be lifted and placed again.

    `reason` is a person's sentence; `guidance` the same as a word the screens have translations
    of, or None where the reader doesn't tell why.
    """

    for_customer = "Lift your finger and place it again."

    def __init__(self, reason: str, guidance: Guidance | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.guidance = guidance


class Timeout(ScannerError):
    """No finger came within the time given."""

    for_customer = "No finger was placed. Touch the screen to begin again."


class Cancelled(ScannerError):
    """The scan was stopped by the caller's event."""

    for_customer = "The reading was stopped."


class ScanError(ScannerError):
    """The reader answered with a failure, with nonsense, or not at all."""
