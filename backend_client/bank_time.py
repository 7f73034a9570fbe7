"""The bank's time as this terminal knows it: a lower bound that never goes back (MONEY.md 4).

The terminal's own wall clock is not trusted. The latest time the bank has named is kept in a file,
and certificates that ended before it are refused. A certificate that begins after it is not: the
terminal may have been switched off since, and a lower bound cannot tell.
"""

import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from backend_client.errors import IdentityUnusable

_WRITE_EVERY_S: Final = 60
_log = logging.getLogger(__name__)
_LATEST_S: Final = 253_402_300_799
"""The last second of the year 9999, the last that Python can date."""


class BankTime:
    """The latest Unix second the bank has named. Safe to use from several threads."""

    def __init__(self, file: Path, floor_s: int) -> None:
        """Read ``file``, if there is one; ``floor_s`` is known to have passed in any case.

        Raises:
            IdentityUnusable: the file is damaged. An operator may remove it.
        """
        self._file = file
        self._lock = threading.Lock()
        self._written_s = _read(file)
        self._latest_s = max(self._written_s, floor_s)

    def latest_s(self) -> int:
        """Return the latest second known to have passed."""
        with self._lock:
            return self._latest_s

    def advance(self, named_s: int) -> None:
        """Take note of a time the bank has named; an earlier one than known changes nothing.

        It is written down at most once a minute of progress.
        """
        with self._lock:
            if not self._latest_s < named_s <= _LATEST_S:
                return
            self._latest_s = named_s
            if named_s - self._written_s >= _WRITE_EVERY_S:
                try:
                    _write(self._file, named_s)
                except OSError as error:
                    # A full disk must not turn an answer about money into a failure: the bound on
                    # disk is only older than it could be, and the next answer tries again.
                    _log.warning("the bank's time could not be kept: %s", error)
                    return
                self._written_s = named_s

    def is_over(self, certificate_der: bytes) -> bool:
        """Return whether a certificate is known to have expired; ``ValueError`` if unreadable."""
        certificate = x509.load_der_x509_certificate(certificate_der)
        return certificate.not_valid_after_utc < datetime.fromtimestamp(self.latest_s(), UTC)


def _read(file: Path) -> int:
    try:
        text = file.read_text("ascii")
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError) as error:
        raise IdentityUnusable(f"cannot read {file}") from error
    if not (text.endswith("\n") and text[:-1].isdecimal() and len(text) <= 13):
        raise IdentityUnusable(f"{file} is damaged")
    return int(text)


def _write(file: Path, named_s: int) -> None:
    # A new file in the old one's place: a power cut leaves one or the other.
    draft = file.with_suffix(".new")
    with draft.open("w", encoding="ascii") as stream:
        stream.write(f"{named_s}\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
