"""The driver's hand at the device: one act, then its status, however the act went."""

from collections.abc import Callable
from math import ceil
from time import monotonic, sleep
from typing import Final

from kiosk.devices.errors import DeviceError, DeviceRefused
from kiosk.devices.port import CashDevice
from kiosk.devices.status import DeviceStatus, Place
from kiosk.devices.storage import Storage
from kiosk.transactions.acts import Doing
from kiosk.transactions.company import Company
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.exchange import Exchange
from kiosk.transactions.results import CashPresented, NotesOffered, OnProgress
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import Word

_RETRY_S: Final = 0.1
_SLICE_S: Final = 0.25


class Teller:
    """One device. ``take_s`` is how long notes lie in the tray, ``wait_s`` how long a device that
    does not answer is asked again before its status counts as unknown."""

    def __init__(self, device: CashDevice, take_s: float, wait_s: float) -> None:
        """Nothing is done yet."""
        self._device = device
        self._take_s = take_s
        self._wait_s = wait_s

    def do(
        self, doing: Doing, state: Withdrawal | Deposit | Transfer | Exchange, company: Company
    ) -> DeviceStatus | None:
        """Let the device act and return its status; None if it could not be read in time."""
        if isinstance(state, Transfer | Exchange):
            return None
        device, uid = self._device, state.uid
        acts: dict[Doing, Callable[[], DeviceStatus]] = {
            Doing.PRESENT: lambda: device.present(uid),
            Doing.REJECT: lambda: device.reject(uid),
            Doing.RETRACT: lambda: device.retract(uid),
            Doing.CLOSE: lambda: device.cash_in(uid),
            Doing.STORE: lambda: device.cash_in_end(uid),
            Doing.RETURN: lambda: device.cash_in_rollback(uid),
        }
        if isinstance(state, Withdrawal):
            notes = state.notes
            acts[Doing.DISPENSE] = lambda: device.dispense(uid, notes)
        slot = company.slot
        if slot is not None:
            acts[Doing.OPEN] = lambda: device.cash_in_start(
                uid, slot.accepts_minor, slot.max_notes, slot.max_minor
            )
        if doing is Doing.AWAIT:
            return self._await_taking(state, company.on_progress)
        if doing in acts:
            try:
                return acts[doing]()
            except DeviceError:
                # An error says nothing about where the notes are: the status does.
                pass
        return self.status()

    def safe(self, state: object, *, closing: bool) -> Storage | None:
        """Let the device stop for an operator or go back to work; return its storage, or None."""
        if not isinstance(state, Exchange):
            return None
        try:
            if not closing:
                return self._device.exchange_start(state.uid)
            sheet = state.sheet if state.word is Word.APPROVED else None
            loaded = None if sheet is None else {row.unit: row.loaded for row in sheet.rows}
            emptied = sheet is not None and sheet.purpose == "replenish"
            try:
                return self._device.exchange_end(state.uid, loaded, emptied=emptied)
            except DeviceRefused:
                # A device that has forgotten its exchange is given it once more.
                self._device.exchange_start(state.uid)
                return self._device.exchange_end(state.uid, loaded, emptied=emptied)
        except DeviceError:
            return self.storage()

    def storage(self) -> Storage | None:
        """Return what the device has in it, or None if it doesn't say."""
        try:
            return self._device.storage()
        except DeviceError:
            return None

    def status(self) -> DeviceStatus | None:
        """Return the device's status, or None if it doesn't answer in time."""
        deadline = monotonic() + self._wait_s
        while True:
            try:
                return self._device.status()
            except DeviceError:
                if monotonic() >= deadline:
                    return None
                sleep(_RETRY_S)

    def _await_taking(
        self, state: Withdrawal | Deposit, on_progress: OnProgress
    ) -> DeviceStatus | None:
        deadline = monotonic() + self._take_s
        told = -1
        while (left_s := deadline - monotonic()) > 0:
            if ceil(left_s) != told:
                told = ceil(left_s)
                on_progress(_lying(state, told))
            try:
                status = self._device.wait_change(min(_SLICE_S, left_s))
            except DeviceError:
                status = self.status()
                if status is None:
                    return None
            if status is not None and not _in_tray(state, status):
                break
        return self.status()


def _lying(state: Withdrawal | Deposit, seconds_left: int) -> CashPresented | NotesOffered:
    if isinstance(state, Withdrawal):
        return CashPresented(state.amount_minor, state.notes, seconds_left)
    return NotesOffered(state.counted, seconds_left)


def _in_tray(state: Withdrawal | Deposit, status: DeviceStatus) -> bool:
    moved = status.outgoing if isinstance(state, Withdrawal) else status.incoming
    return moved.place is Place.PRESENTED
