"""The XFS4IoT driver against a simulated machine written to the standard's messages."""

import datetime
import ipaddress
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import biometrics
from biometrics.scanners import (
    Cancelled,
    NoDevice,
    Retry,
    Scan,
    ScanError,
    ScanEvent,
    Stage,
    Timeout,
    Unplugged,
)
from biometrics.scanners.scanner import ReaderSettings
from biometrics.scanners.xfs4iot import DRIVER, Xfs4IotScanner
from biometrics.scanners.xfs4iot.address import place_of
from biometrics.scanners.xfs4iot.connection import Connection
from biometrics.scanners.xfs4iot.errors import CommandFailed, CommandRefused, ServiceAway
from biometrics.synthetic import synthesise
from tests.biometrics.scanners.machines import (
    SimulatedMachine,
    record_2011,
    simulated_machine,
)

PATIENCE_S = 20.0
FAULT_S, CANCEL_S = 4.0, 1.5


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[SimulatedMachine]:
    with simulated_machine(tmp_path) as made:
        yield made


def scan(scanner: Xfs4IotScanner, events: list[ScanEvent] | None = None) -> Scan:
    heard = [] if events is None else events
    return scanner.scan(PATIENCE_S, threading.Event(), heard.append)


def test_the_service_is_found_by_its_publisher_and_reads_a_finger(
    machine: SimulatedMachine,
) -> None:
    machine.place(record=record_2011(synthesise(1, 0), "PNG"))
    scanner = Xfs4IotScanner(machine.publisher)
    assert scanner.present()
    events: list[ScanEvent] = []
    found = scan(scanner, events)
    assert [event.stage for event in events] == list(Stage)
    assert (found.driver, found.dpi, found.image.shape) == ("xfs4iot", 500, (416, 352))
    assert found.device.endswith("/xfs4iot/v1.0/Biometric")
    seen = biometrics.extract(found.image, found.dpi)
    own = biometrics.extract(synthesise(1, 0))
    assert biometrics.match(seen, own) > biometrics.THRESHOLD_FMR_0_01_PERCENT


FAULTS = {
    "garbage": ScanError,
    "wrong_id": ScanError,
    "mute": ScanError,
    "half": ScanError,
    "refused": ScanError,
    "closes": Unplugged,
    "unplugged": Unplugged,
    "offline": NoDevice,
    "hardware": ScanError,
    "failed": Retry,
    "huge": Unplugged,
    "no_data": ScanError,
}


def test_every_fault_ends_in_time_in_words_and_the_next_scan_works(
    machine: SimulatedMachine,
) -> None:
    scanner = Xfs4IotScanner(machine.publisher)
    for fault, error in FAULTS.items():
        machine.tell(fault=fault, forget=True)
        machine.place()
        began = time.monotonic()
        with pytest.raises(error) as caught:
            scan(scanner)
        assert time.monotonic() - began < FAULT_S, fault
        assert str(caught.value).endswith("."), fault
    machine.tell(fault=None, forget=True)
    machine.place()
    assert scan(scanner).image.size


@pytest.mark.parametrize(
    "record", [b"FIR\0", b"no record at all", b"FIR\x00" + b"010\x00" + bytes(60)]
)
def test_a_record_that_is_none_asks_for_the_finger_again(
    machine: SimulatedMachine, record: bytes
) -> None:
    machine.place(record=record)
    with pytest.raises(Retry):
        scan(Xfs4IotScanner(machine.service))


def test_a_frozen_service_is_noticed_while_a_finger_is_waited_for(
    machine: SimulatedMachine,
) -> None:
    frozen_s: list[float] = []

    def freeze(event: ScanEvent) -> None:
        if event.stage is Stage.READY:
            machine.freeze()
            frozen_s.append(time.monotonic())

    scanner = Xfs4IotScanner(machine.service)
    try:
        with pytest.raises(Unplugged):
            scanner.scan(60.0, threading.Event(), freeze)
        assert time.monotonic() - frozen_s[0] < FAULT_S
        assert not scanner.present()
    finally:
        machine.thaw()

    def touch(event: ScanEvent) -> None:
        # Not sooner: the service may still hold the reading that was given up.
        if event.stage is Stage.READY:
            machine.place()

    assert scanner.scan(10.0, threading.Event(), touch).image.size


@pytest.mark.parametrize("fault", [None, "late"])
def test_cancelling_takes_less_than_a_second_and_a_late_picture_is_nobodys(
    machine: SimulatedMachine, fault: str | None
) -> None:
    machine.fail(fault)
    cancel, when = threading.Event(), []

    def on_event(event: ScanEvent) -> None:
        when.append(time.monotonic())
        cancel.set()

    scanner = Xfs4IotScanner(machine.publisher)
    with pytest.raises(Cancelled):
        scanner.scan(PATIENCE_S, cancel, on_event)
    assert time.monotonic() - when[0] < CANCEL_S
    assert machine.tell(facts=True)["cancelled"] == 1
    machine.fail(None)
    machine.place()
    assert scan(scanner).image.size


def test_no_finger_is_a_timeout_of_the_service(machine: SimulatedMachine) -> None:
    with pytest.raises(Timeout):
        Xfs4IotScanner(machine.service).scan(0.2, threading.Event(), lambda _: None)


def test_a_machine_without_pictures_is_no_reader(tmp_path: Path) -> None:
    with simulated_machine(tmp_path, "--formats", "isoFmd") as machine:
        scanner = Xfs4IotScanner(machine.publisher)
        assert not scanner.present()
        with pytest.raises(NoDevice, match="isoFid"):
            scan(scanner)
        (found,) = DRIVER.probe(ReaderSettings("xfs4iot", machine.publisher))
        assert not found.captures
        assert "isoFid" in found.note


def test_a_machine_is_listed(machine: SimulatedMachine) -> None:
    (found,) = DRIVER.probe(ReaderSettings("xfs4iot", machine.publisher))
    assert found.captures
    assert found.device.endswith("Biometric")
    assert DRIVER.probe(ReaderSettings("xfs4iot", "ws://127.0.0.1:9")) == ()


@pytest.mark.parametrize(
    "address",
    ["ws://198.51.100.1:5846", "http://127.0.0.1:5846", "ws://", "ws://a:b@127.0.0.1", "reader"],
)
def test_unencrypted_services_elsewhere_are_never_talked_to(address: str) -> None:
    with pytest.raises(ValueError):
        place_of(address)
    scanner = Xfs4IotScanner(address)
    assert not scanner.present()
    with pytest.raises(NoDevice, match="configuration"):
        scan(scanner)


def test_encrypted_services_may_be_elsewhere() -> None:
    assert place_of("wss://atm-7.bank.example/xfs4iot/v1.0") == ("atm-7.bank.example", 443, True)


def own_certificate(path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(pem) + private)
    return path


def test_an_encrypted_service_is_read_only_if_its_certificate_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = own_certificate(tmp_path / "own.pem")
    other = own_certificate(tmp_path / "other.pem")
    with simulated_machine(tmp_path, "--tls", str(trusted)) as machine:
        address = machine.publisher.replace("ws://", "wss://")
        machine.place()
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        assert not Xfs4IotScanner(address).present()
        with pytest.raises(NoDevice):
            scan(Xfs4IotScanner(address))
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        scanner = Xfs4IotScanner(address)
        # A look is short, and a busy machine may miss its end: a terminal looks again as well.
        assert any(scanner.present() for _ in range(20))
        assert scan(scanner).image.size


def test_the_connection_tells_what_became_of_a_command(machine: SimulatedMachine) -> None:
    connection = Connection(machine.service)
    assert connection.command("Common.Status")["common"] == {"device": "online"}
    with pytest.raises(CommandFailed) as failed:
        connection.command("CashDispenser.Dispense")
    assert failed.value.code == "invalidCommand"
    # Events go to the command that caused them.
    heard: list[str] = []
    machine.place()
    connection.command("Biometric.Read", on_event=lambda name, _: heard.append(name))
    assert heard[0] == "Biometric.PresentSubjectEvent"
    machine.fail("refused")
    with pytest.raises(CommandRefused) as refused:
        connection.command("Biometric.Read")
    assert refused.value.status == "tooManyRequests"
    machine.fail("mute")
    with pytest.raises(ServiceAway) as silent:
        connection.command("Biometric.Read")
    assert not silent.value.closed
    with pytest.raises(ServiceAway) as closed:
        connection.command("Common.Status")
    assert closed.value.closed
    connection.close()


def test_what_listens_and_is_no_service_is_not_waited_for(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(NoDevice):
            scan(Xfs4IotScanner(f"ws://127.0.0.1:{port}"))
        assert time.monotonic() - began < FAULT_S
