"""A finger on the glass and a hand on the keyboard."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

from ui.gallery.render import settle, walk


class Glass(Protocol):
    """A window and what is drawn in it."""

    @property
    def view(self) -> QQuickView: ...

    @property
    def root(self) -> QQuickItem: ...


def target(stage: Glass, name: str) -> QQuickItem:
    """The one visible target with this name."""
    found = [
        item
        for item in walk(stage.root, lambda _: True)
        if item.property("pressable") is True and item.property("name") == name
    ]
    assert len(found) == 1, f"{len(found)} targets are named {name!r}"
    return found[0]


def touch(stage: Glass, name: str) -> None:
    """Touch the target in its middle."""
    item = target(stage, name)
    middle = item.mapToScene(QPoint(int(item.width() / 2), int(item.height() / 2)))
    QTest.mouseClick(
        stage.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle.toPoint()
    )
    settle()


def wait_until(condition: Callable[[], bool], timeout_ms: int = 10_000) -> None:
    """Let the window go on until something is true.

    Not pytest-qt's wait, which does not let it go on once a test's application has been quit.
    """
    for _ in range(timeout_ms // 10):
        if condition():
            return
        QTest.qWait(10)
    raise AssertionError(f"not within {timeout_ms} ms")


def shown(stage: Glass) -> list[str]:
    """Every text on the screen."""
    return [
        str(item.property("text"))
        for item in walk(stage.root, lambda _: True)
        if item.inherits("QQuickText") and item.property("text")
    ]
