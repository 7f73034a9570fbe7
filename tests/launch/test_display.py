"""A display is usable only if one answers; Qt never gets to abort."""

import os
import socket
from pathlib import Path

import pytest

from launch import display
from launch.environment import x11


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_name_there_is_no_display() -> None:
    assert not display.named()


def test_a_dead_display_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":98765")
    assert display.named()
    assert not x11.answers(":98765")
    assert not display.Probe().usable()


def test_a_drawing_platform_without_display_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.named()
    assert display.Probe().usable()


def test_a_platform_that_needs_a_server_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert not display.named()


@pytest.mark.parametrize("text", ["", "0", ":", ":x", "host", "127.0.0.1:99999", "127.0.0.1:59000"])
def test_nonsense_answers_nothing(text: str) -> None:
    assert not x11.answers(text)


@pytest.mark.skipif(os.name != "posix", reason="X11 by local sockets")
def test_an_x_server_is_found_by_its_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        number = 20000 + os.getpid() % 10000
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen(8)
        assert x11.answers(f":{number}")
        assert x11.answers(f":{number}.0")
        assert x11.answers(f"unix:{number}")
    assert not x11.answers(f":{number}")
