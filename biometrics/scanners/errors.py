"""What can go wrong between a finger and its picture.

    ScannerError
    +-- NoDevice     no reader is there, or none that this driver knows: offer another way in
    +-- Unplugged    it was there and is gone: say so, watch for its return
    +-- Retry        the reader wants the finger again; `reason` says why. Normal, not a failure
    +-- Timeout      nobody placed a finger in time: ask whether more time is wanted
    +-- Cancelled    the caller asked to stop
    +-- ScanError    the reader failed otherwise: count it, try again, then out of service

After any of them the same scanner may be asked to scan again.
"""


class ScannerError(Exception):
    """Any failure of a fingerprint reader."""


class NoDevice(ScannerError):
    """There is no reader to be used."""


class Unplugged(ScannerError):
    """The reader went away during the scan."""


class Retry(ScannerError):
    """The finger should be lifted and placed again; `reason` is a person's sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Timeout(ScannerError):
    """No finger came within the time given."""


class Cancelled(ScannerError):
    """The scan was stopped by the caller's event."""


class ScanError(ScannerError):
    """The reader answered with a failure."""
