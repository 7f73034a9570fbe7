"""The serial driver against a simulated sensor on a pseudo-terminal, whole and failing."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

import biometrics
from biometrics.scanners import (
    Cancelled,
    NoDevice,
    Retry,
    Scan,
    ScanError,
    ScanEvent,
    ScannerError,
    Stage,
    Timeout,
    Unplugged,
)
from biometrics.scanners.scanner import ReaderSettings
from biometrics.scanners.serial import DRIVER, SerialScanner
from biometrics.scanners.serial.link import Link
from tests.biometrics.scanners.sensors import (
    SimulatedSensor,
    simulated_sensor,
    small_finger,
)

PATIENCE_S = 20.0
# The promises are 3 s and 1 s; seven programs may share two processors.
FAULT_S, CANCEL_S = 4.0, 1.5


def scan(scanner: SerialScanner, events: list[ScanEvent] | None = None) -> Scan:
    heard = [] if events is None else events
    return scanner.scan(PATIENCE_S, threading.Event(), heard.append)


def test_a_finger_becomes_a_picture_that_is_its_own(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        events: list[ScanEvent] = []
        found = scan(SerialScanner(sensor.port), events)
    assert found.image.shape == (288, 256)
    assert (found.driver, found.dpi) == ("serial", 500)
    assert sensor.port in found.device
    seen = biometrics.extract(found.image, found.dpi)
    own = biometrics.extract(small_finger())
    assert biometrics.match(seen, own) > biometrics.THRESHOLD_FMR_0_01_PERCENT
    stages = [event.stage for event in events]
    assert list(dict.fromkeys(stages)) == [Stage.READY, Stage.FINGER, Stage.READING, Stage.LIFT]
    told = [event.progress for event in events if event.stage is Stage.READING]
    assert told == sorted(told, key=lambda share: share or 0.0)
    assert len(told) > 10
    assert told[-1] == 1.0


@pytest.mark.parametrize("baud", [9600, 19200, 38400, 57600, 115200])
def test_the_speed_is_found_and_raised(tmp_path: Path, baud: int) -> None:
    with simulated_sensor(tmp_path, "--baud", str(baud)) as sensor:
        sensor.press()
        scanner = SerialScanner(sensor.port)
        assert scan(scanner).image.size
        assert sensor.tell(facts=True)["baud"] == 115200
        before = sensor.tell(lift=True)["wrong_speed_bytes"]
        sensor.press()
        sensor.lift()
        with pytest.raises(Timeout):
            scanner.scan(0.0, threading.Event(), lambda _: None)
        assert sensor.tell(facts=True)["wrong_speed_bytes"] == before


def test_a_sensor_that_changes_its_speed_later_goes_on_at_the_old_one(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path, "--fixed-speed", "--product", "192x192") as sensor:
        sensor.press(small_finger()[:192, :192])
        found = scan(SerialScanner(sensor.port))
        assert sensor.tell(facts=True)["baud"] == 57600
    assert (found.image.shape, found.dpi) == ((192, 192), 508)
    assert "R503-SIM" in found.device


def test_the_speed_is_left_alone_if_so_configured(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        scan(SerialScanner(sensor.port, raise_speed=False))
        assert sensor.tell(facts=True)["baud"] == 57600


FAULTS = {
    "bad_checksum": Retry,
    "lost_packet": Retry,
    "lost_bytes": Retry,
    "short": Retry,
    "unseen": Retry,
    "long": ScanError,
    "stall": ScanError,
    "refuses": ScanError,
    "broken": ScanError,
    "mute": NoDevice,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_time_in_words_and_the_next_scan_works(
    tmp_path: Path, fault: str
) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        sensor.fail(fault)
        scanner = SerialScanner(sensor.port)
        began = time.monotonic()
        with pytest.raises(FAULTS[fault]) as caught:
            scan(scanner)
        assert time.monotonic() - began < FAULT_S
        assert str(caught.value).endswith((".", ".)"))
        sensor.fail(None)
        sensor.lift()
        assert_works_again(scanner, sensor)


def assert_works_again(scanner: SerialScanner, sensor: SimulatedSensor) -> None:
    def press_when_ready(event: ScanEvent) -> None:
        if event.stage is Stage.READY:
            sensor.press()

    found = scanner.scan(PATIENCE_S, threading.Event(), press_when_ready)
    assert found.image.size


def test_noise_on_the_line_changes_nothing(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        quiet = scan(SerialScanner(sensor.port)).image
        sensor.fail("noise")
        assert np.array_equal(scan(SerialScanner(sensor.port)).image, quiet)


@pytest.mark.parametrize("fault", ["unplug", "unplug_waiting"])
def test_a_sensor_that_is_pulled_out_says_so(tmp_path: Path, fault: str) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        sensor.fail(fault)
        scanner = SerialScanner(sensor.port)
        assert scanner.present()
        began = time.monotonic()
        with pytest.raises(Unplugged, match="cable"):
            scan(scanner)
        assert time.monotonic() - began < FAULT_S
    assert not scanner.present()
    with pytest.raises(NoDevice):
        scan(scanner)


def test_a_port_that_goes_away_at_any_moment_is_unplugged(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        link = Link(sensor.port, 57600, threading.Event())
    for act in (
        lambda: link.at_baud(9600),
        lambda: link.send(b"\x0f"),
        lambda: link.receive(1.0),
        lambda: link.drain(0.1, 1.0),
    ):
        with pytest.raises(Unplugged):
            act()
    link.forget()
    link.close()
    link.close()
    with pytest.raises(Unplugged):
        link.send(b"\x0f")


def test_a_port_that_another_program_holds_is_said_to_be_in_use(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        link = Link(sensor.port, 57600, threading.Event())
        with pytest.raises(NoDevice, match="Another program"):
            scan(SerialScanner(sensor.port))
        link.close()
        sensor.press()
        assert scan(SerialScanner(sensor.port)).image.size


def test_a_password_is_needed_where_one_is_set(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path, "--password", "77") as sensor:
        sensor.press()
        with pytest.raises(ScanError, match="password"):
            scan(SerialScanner(sensor.port))
        assert scan(SerialScanner(sensor.port, password=77)).image.size


@pytest.mark.parametrize("stage", [Stage.READY, Stage.READING])
def test_cancelling_takes_less_than_a_second_and_the_line_recovers(
    tmp_path: Path, stage: Stage
) -> None:
    with simulated_sensor(tmp_path, "--real-speed", "--baud", "115200") as sensor:
        if stage is Stage.READING:
            sensor.press()
        cancel, when = threading.Event(), []

        def on_event(event: ScanEvent) -> None:
            if event.stage is stage and (event.progress or 0) >= (stage is Stage.READING) * 0.2:
                when.append(time.monotonic())
                cancel.set()

        scanner = SerialScanner(sensor.port)
        with pytest.raises(Cancelled):
            scanner.scan(PATIENCE_S, cancel, on_event)
        assert time.monotonic() - when[0] < CANCEL_S
        # Most of a picture is still on its way when the next scan begins.
        if stage is Stage.READY:
            sensor.press()
        else:
            sensor.lift()
        if stage is Stage.READING:
            with pytest.raises(Timeout):
                scanner.scan(0.2, threading.Event(), lambda _: None)


def test_a_finger_that_was_not_lifted_is_no_second_touch(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor:
        sensor.press()
        scanner = SerialScanner(sensor.port)
        scan(scanner)
        pictures = sensor.tell(facts=True)["pictures"]
        with pytest.raises(Retry, match="Lift"):
            scan(scanner)
        assert sensor.tell(facts=True)["pictures"] == pictures
        sensor.lift()
        assert_works_again(scanner, sensor)


def test_no_finger_in_time_and_no_port(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path) as sensor, pytest.raises(Timeout):
        SerialScanner(sensor.port).scan(0.2, threading.Event(), lambda _: None)
    for device in ("", str(tmp_path / "ttyUSB9")):
        scanner = SerialScanner(device)
        assert not scanner.present()
        with pytest.raises(NoDevice) as caught:
            scan(scanner)
        assert isinstance(caught.value, ScannerError)


def test_the_configured_sensor_is_listed_with_what_it_is(tmp_path: Path) -> None:
    with simulated_sensor(tmp_path, "--product", "192x192") as sensor:
        (found, *_) = DRIVER.probe(ReaderSettings("serial", sensor.port))
        assert (found.name, found.dpi, found.captures) == ("R503-SIM", 508, True)
        sensor.fail("mute")
        (found, *_) = DRIVER.probe(ReaderSettings("serial", sensor.port))
        assert not found.captures
        assert "answers" in found.note
