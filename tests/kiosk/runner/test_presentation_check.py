"""The switch that refuses copies of a finger: off unless the configuration says so."""

import io
import threading
from pathlib import Path

import pytest
from PIL import Image

from biometrics.scanners import FileScanner
from biometrics.synthetic import synthesise
from kiosk.config import DEFAULT_FILE, ConfigUnusable, load_config
from kiosk.effects.ports import World
from kiosk.events import TouchStart
from kiosk.scanning.readers import Readers, Suspected
from kiosk.screens import EnterPin, Problem, Scanning, Welcome
from tests.kiosk.runner.fakes import FakeBank, FakeCash
from tests.kiosk.runner.test_runner import Kiosk


def picture(impression: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(synthesise(1, impression)).save(buffer, "PNG", dpi=(500, 500))
    return buffer.getvalue()


def shown(scanner: FileScanner, readers: Readers, impression: int) -> bool:
    scanner.offer(picture(impression))
    return bool(readers.scan(20.0, threading.Event(), lambda _: None).image.size)


def test_the_same_picture_is_refused_only_where_presentations_are_checked() -> None:
    for checked in (False, True):
        scanner = FileScanner()
        readers = Readers([("file", scanner)], presentation_check=checked)

        def scan(
            impression: int, readers: Readers = readers, scanner: FileScanner = scanner
        ) -> bool:
            scanner.offer(picture(impression))
            return bool(readers.scan(20.0, threading.Event(), lambda _: None).image.size)

        assert scan(0)
        if checked:
            with pytest.raises(Suspected, match="shown before"):
                scan(0)
        else:
            assert scan(0)
        assert scan(1)


def test_the_customer_is_asked_for_the_finger_itself() -> None:
    scanner = FileScanner()
    readers = Readers([("file", scanner)], presentation_check=True)
    scanner.offer(picture(0))
    readers.scan(20.0, threading.Event(), lambda _: None)
    world = World(FakeBank(), FakeCash(), readers, 20.0, 20, lambda: 1_700_000_000_000)
    kiosk = Kiosk(world, load_config())
    kiosk.runner.start()
    try:
        kiosk.until(Welcome)
        kiosk.send(TouchStart())
        kiosk.until(Scanning)
        scanner.offer(picture(0))
        kiosk.until(Scanning, lambda s: getattr(s, "problem", None) is Problem.FINGER_SUSPECT)
        scanner.offer(picture(1))
        kiosk.until(EnterPin)
    finally:
        kiosk.runner.stop()


def test_the_switch_is_a_line_in_the_configuration(tmp_path: Path) -> None:
    assert load_config().presentation_check is False
    text = DEFAULT_FILE.read_text("utf-8")
    path = tmp_path / "machine.toml"
    path.write_text(
        text.replace("presentation_check = false", "presentation_check = true"), "utf-8"
    )
    assert load_config(path).presentation_check is True


def test_a_sensors_password_is_a_number_of_32_bits(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text("utf-8")
    line = 'readers = [{ driver = "serial", device = "/dev/ttyUSB0", password = %s }]'
    path = tmp_path / "machine.toml"
    for said, password in (("77", 77), ("0xFFFFFFFF", 2**32 - 1)):
        path.write_text(text.replace('readers = [{ driver = "file", device = "" }]', line % said))
        (reader,) = load_config(path).readers
        assert (reader.driver, reader.device, reader.password) == (
            "serial",
            "/dev/ttyUSB0",
            password,
        )
    for said in ("-1", "4294967296", '"77"', "true"):
        path.write_text(text.replace('readers = [{ driver = "file", device = "" }]', line % said))
        with pytest.raises(ConfigUnusable, match="password"):
            load_config(path)
