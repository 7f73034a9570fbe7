"""Watches the open slot, so that a customer sees each note counted."""

import threading

from kiosk.devices.errors import DeviceError
from kiosk.devices.port import CashDevice
from kiosk.transactions.results import NotesCounted, OnProgress

_SLICE_S = 0.2


class SlotWatch:
    """A thread that tells ``on_progress`` of notes coming in, from start to ``stop``."""

    def __init__(self, device: CashDevice, uid: str, on_progress: OnProgress) -> None:
        """Begin to watch."""
        self._device = device
        self._uid = uid
        self._on_progress = on_progress
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slot-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; no progress is told after this returns."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        told: NotesCounted | None = None
        while not self._stopping.is_set():
            try:
                status = self._device.wait_change(_SLICE_S)
            except DeviceError:
                # It may come back; what became of the notes is read when the slot is closed.
                self._stopping.wait(_SLICE_S)
                continue
            if status is None or status.incoming.uid != self._uid:
                continue
            seen = NotesCounted(status.incoming.counted, status.incoming.refused_count)
            if seen != told:
                told = seen
                self._on_progress(seen)
