"""The open slot: one CashIn after the other, until the customer says that this is all.

A CashIn ends with each bundle of notes. The kiosk's slot stays open until it is closed, so the
next CashIn follows, on a connection and a thread of their own: the machine is asked for its counts
meanwhile.
"""

import threading
from collections.abc import Callable
from typing import Any, Final

from biometrics.scanners.xfs4iot.connection import Connection
from biometrics.scanners.xfs4iot.errors import CommandFailed, CommandRefused, ServiceAway
from kiosk.devices.xfs4iot.services import LIMITS

_BUNDLE_S: Final = 60.0
_PAUSE_S: Final = 0.2
_AGAIN: Final = ("timeOut", "noItems")
_LATER: Final = ("positionNotEmpty", "tooManyItems")


class OpenSlot:
    """A thread that accepts notes at the service ``uri``, from ``open`` to ``shut``.

    ``stirred`` is called on that thread whenever notes may have come in.
    """

    def __init__(self, uri: str, stirred: Callable[[], None]) -> None:
        """Nothing is sent yet."""
        self._uri = uri
        self._stirred = stirred
        self._closing = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cash-in", daemon=True)

    def open(self, timeout_s: float) -> None:
        """Begin; returns when notes can be put in, when it failed, or after ``timeout_s``."""
        self._thread.start()
        self._ready.wait(timeout_s)

    @property
    def is_open(self) -> bool:
        """Whether notes may still come in."""
        return self._thread.is_alive()

    def shut(self) -> None:
        """Cancel the CashIn under way and wait for its end, which its connection bounds."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            connection = Connection(self._uri, limits=LIMITS, on_unsolicited=self._hear)
        except (ServiceAway, ValueError):
            self._ready.set()
            return
        try:
            while not self._closing.is_set() and self._one_bundle(connection):
                self._stirred()
        except ServiceAway:
            # What became of the notes is told by the machine's counts.
            pass
        finally:
            connection.close()
            self._ready.set()
            self._stirred()

    def _one_bundle(self, connection: Connection) -> bool:
        """Accept one bundle; return whether another may follow."""
        try:
            connection.command(
                "CashAcceptor.CashIn",
                timeout_s=_BUNDLE_S,
                cancel=self._closing,
                on_event=self._hear,
            )
        except CommandFailed as error:
            if error.code in _AGAIN or error.error_code in _AGAIN:
                return True
            if error.error_code in _LATER:
                # Notes that were handed back lie in the way until the customer takes them.
                return not self._closing.wait(_PAUSE_S)
            return False
        except CommandRefused:
            return False
        return True

    def _hear(self, name: str, _payload: dict[str, Any]) -> None:
        if name == "CashAcceptor.InsertItemsEvent":
            self._ready.set()
        self._stirred()
