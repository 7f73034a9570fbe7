"""A window without a display, drawn in software, whose every QML warning fails the test."""

import gc
import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from ui.gallery.render import Stage, application
from ui.gallery.samples import views

# Qt says these of the machine it runs on, not of our screens.
OF_THE_MACHINE = ("propagateSizeHints", "QStandardPaths", "XDG_RUNTIME_DIR", "fontconfig")


@pytest.fixture(scope="module", autouse=True)
def little_is_looked_through() -> None:
    """What is there before a module's tests stays: to look through it after each takes long."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_is_collected_elsewhere() -> None:
    """No other thread's allocation may end a window's object; it is collected after the test."""
    gc.disable()


@pytest.fixture(scope="session")
def qapp() -> Iterator[QGuiApplication]:
    with application() as running:
        yield running


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[list[str]]:
    """Whatever Qt complains about while a test runs makes it fail."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, message: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not quiet and not any(words in message for words in OF_THE_MACHINE):
            said.append(message)

    before = qInstallMessageHandler(hear)
    yield said
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def stage(qapp: QGuiApplication) -> Iterator[Stage]:
    drawn = Stage(views()["welcome"])
    yield drawn
    drawn.close()
    assert drawn.warnings == []
