"""Blocking calls off the window's thread, their ends back on it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal


class _Job(QRunnable):
    def __init__(self, call: Callable[[], Any], ended: Callable[[object], None]) -> None:
        super().__init__()
        self._call = call
        self._ended = ended

    def run(self) -> None:
        """Run on a worker thread; an error is a result like any other."""
        try:
            result = self._call()
        except Exception as error:  # noqa: BLE001 - shown to the teller, whatever it is
            result = error
        self._ended(result)


class Work(QObject):
    """One call at a time; ``then`` or ``failed`` runs on the thread this object lives on."""

    busyChanged = Signal()
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._then: Callable[[Any], None] | None = None
        self._failed: Callable[[Exception], None] | None = None
        self._ended.connect(self._end)

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return self._then is not None

    def start(
        self,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> bool:
        """Start ``call`` unless another is under way; say whether it was started."""
        if self.busy:
            return False
        self._then, self._failed = then, failed
        self.busyChanged.emit()
        self._pool.start(_Job(call, self._ended.emit))
        return True

    def afterwards(self, call: Callable[[], Any]) -> None:
        """Make a call once nothing is under way any more; nobody hears of its end."""
        self._pool.start(_Job(call, lambda _result: None))

    def wait(self, timeout_ms: int) -> bool:
        """Wait until the worker is free; False if it is not in time."""
        return self._pool.waitForDone(timeout_ms)

    def _end(self, result: object) -> None:
        then, failed = self._then, self._failed
        self._then = self._failed = None
        self.busyChanged.emit()
        if isinstance(result, Exception):
            if failed is not None:
                failed(result)
        elif then is not None:
            then(result)
