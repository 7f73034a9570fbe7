"""The terminal's next certificate: asked for while nobody is served, taken up between two visits.

The key is new each time; the one before stays good at the bank until it ends (MONEY.md 5). A pair
that somebody put on the disk meanwhile, by ``kiosk enrol``, is taken up in the same way.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from backend_client import Bank
from backend_client.errors import BankError, IdentityUnusable
from backend_client.identity import TerminalIdentity
from backend_client.key_pair import pair_in_use

AGAIN_S: Final = 600.0
"""After a renewal that failed; a third of the certificate's time is left."""
_LOG = logging.getLogger(__name__)


class Renewal:
    """Of one terminal. ``look`` blocks and is called on one thread; ``take_up`` is quick."""

    def __init__(
        self, bank: Bank, folder: Path, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._bank = bank
        self._folder = folder
        self._now_s = now_s
        self._not_before_s = now_s()
        self._seen: tuple[str, int] | None = None

    def look(self, *, idle: bool) -> TerminalIdentity | None:
        """Renew what is due, if nobody is served; return a newer identity, where there is one."""
        if idle and self._now_s() >= self._not_before_s and self._bank.renewal_due():
            self._not_before_s = self._now_s() + AGAIN_S
            try:
                self._bank.renew()
            except (BankError, OSError) as error:
                _LOG.warning("the certificate could not be renewed yet: %s", error)
        return self._newer()

    def take_up(self, identity: TerminalIdentity) -> None:
        """Show the newer identity from now on; between two visits only."""
        try:
            self._bank.change_over(identity)
        except IdentityUnusable as error:
            _LOG.error("the next certificate cannot be used: %s", error)
            return
        _LOG.warning("A new certificate is in use, until %s.", identity.not_after.isoformat())

    def _newer(self) -> TerminalIdentity | None:
        certificate, _ = pair_in_use(self._folder)
        try:
            stamp = (str(certificate), certificate.stat().st_mtime_ns)
            if stamp == self._seen:
                return None
            newer = self._bank.newer_identity()
        except (OSError, IdentityUnusable) as error:
            _LOG.debug("no certificate to take up: %s", error)
            return None
        if newer is None:
            self._seen = stamp
        return newer
