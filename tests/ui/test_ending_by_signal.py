"""A signal ends the event loop, and never in the middle of what the window is doing."""

import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QWindow

from ui.app import ending_by_signal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_window_is_closed_after_what_was_under_way(
    qapp: QGuiApplication, number: signal.Signals
) -> None:
    window = QWindow()
    window.show()
    still_there = []

    def work() -> None:
        signal.raise_signal(number)
        still_there.append(window.isVisible())

    QTimer.singleShot(0, work)
    before = signal.getsignal(number)
    with ending_by_signal(qapp):
        assert qapp.exec() == 0
    assert still_there == [True]
    assert not window.isVisible()
    assert signal.getsignal(number) is before
