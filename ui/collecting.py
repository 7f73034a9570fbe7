"""Python's garbage is collected on the window's thread only.

A collection runs on whatever thread happens to allocate; a QObject that dies on another thread than
its own can take the process with it. So collection on other threads stays off when a window has
gone: what is left of it would be found by one of the threads that still end the parts behind it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 500


class Collector(QObject):
    """Until `stop`, collects where it was made, when a generation is due; nobody else does so, for
    the rest of the process."""

    def __init__(self) -> None:
        super().__init__()
        self._due = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_EVERY_MS)
        gc.disable()

    def stop(self) -> None:
        """Collect no more; the application is about to go."""
        self._timer.stop()

    def _look(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._due[generation] > 0:
                gc.collect(generation)
                return
