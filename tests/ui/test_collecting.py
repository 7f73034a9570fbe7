"""Garbage may hold QObjects, which must not die on another thread than their own."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from tests.ui.touch import wait_until
from ui.collecting import Collector


class Circle(QObject):
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def litter() -> list[list[int]]:
    """What makes Python collect on the thread that allocates, and later on the window's."""
    return [[number] for number in range(200_000)]


def elsewhere() -> None:
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()


def test_a_windows_garbage_is_collected_on_its_own_thread(qapp: QGuiApplication) -> None:
    collector = Collector()
    lost = weakref.ref(Circle())
    elsewhere()
    assert lost() is not None
    kept = litter()
    wait_until(lambda: lost() is None)
    assert kept
    collector.stop()


def test_what_a_window_leaves_behind_is_found_by_no_other_thread(qapp: QGuiApplication) -> None:
    gc.collect()
    Collector().stop()
    lost = weakref.ref(Circle())
    elsewhere()
    assert lost() is not None
