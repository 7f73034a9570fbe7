"""What a transaction asks of a cash device. Verbs after XFS4IoT.

Every command names the transaction's ``uid``, and a device carries out at most one dispense and one
store for a uid. Commands return the status after the act; where one fails, the status tells what
became of the notes.
"""

from typing import Final, Protocol

from kiosk.devices.status import DeviceStatus
from kiosk.devices.storage import CashStorage
from kiosk.screens import Notes

CLOSE_S: Final = 1.5
"""How long closing waits for a command under way: a program ends within 5 s."""


class CashDevice(CashStorage, Protocol):
    """Dispenser, acceptor and storage of a machine. All calls block; all raise ``DeviceError``."""

    def status(self) -> DeviceStatus:
        """Read where everything is."""
        ...

    def dispense(self, uid: str, notes: tuple[Notes, ...]) -> DeviceStatus:
        """Move notes from the cassettes to the stacker (CashDispenser.Dispense)."""
        ...

    def present(self, uid: str) -> DeviceStatus:
        """Put the stacked notes into the tray (CashDispenser.Present)."""
        ...

    def reject(self, uid: str) -> DeviceStatus:
        """Move notes that were not presented to the reject bin (CashDispenser.Reject)."""
        ...

    def retract(self, uid: str) -> DeviceStatus:
        """Take notes back from tray, slot or escrow (CashManagement.Retract)."""
        ...

    def wait_change(self, timeout_s: float) -> DeviceStatus | None:
        """Return the status when the customer has moved notes, or None after ``timeout_s``."""
        ...

    def cash_in_start(
        self, uid: str, accepts_minor: tuple[int, ...], max_notes: int, max_minor: int
    ) -> DeviceStatus:
        """Open the slot, or open it again for more notes (CashAcceptor.CashInStart)."""
        ...

    def cash_in(self, uid: str) -> DeviceStatus:
        """Close the slot and count into escrow (CashAcceptor.CashIn)."""
        ...

    def cash_in_end(self, uid: str) -> DeviceStatus:
        """Store what is in escrow (CashAcceptor.CashInEnd)."""
        ...

    def cash_in_rollback(self, uid: str) -> DeviceStatus:
        """Put what is in escrow into the tray (CashAcceptor.CashInRollback)."""
        ...

    def close(self) -> None:
        """Let go of the device for good; another program may use it then.

        It takes little more than ``CLOSE_S`` even if a command is under way: that is then the
        device's to end, and who waits for it hears ``DeviceAway``.
        """
        ...
