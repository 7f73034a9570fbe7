"""Real python-escpos against printers of our own: a TCP one, a serial one, a device file."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.receipts.layout import Line
from kiosk.receipts.printer import PaperOut, Printer, PrinterAway
from kiosk.receipts.settings import PrinterSettings, open_printer

RECEIPT = (Line("Meridian", bold=True, align="center"), Line("Amount 18.00 EUR"))
PAPER_ASKED = b"\x10\x04\x04"
ENOUGH, NONE = b"\x12", b"\x72"


class Paper:
    """A printer's memory: what was sent to it, and what it answers about its paper."""

    def __init__(self, status: bytes) -> None:
        self.status = status
        self.printed = b""

    def serve(self, read: "Read", write: "Write") -> None:
        while got := read():
            self.printed += got.replace(PAPER_ASKED, b"")
            if PAPER_ASKED in got and self.status:
                write(self.status)


class Read:
    """Bytes from the kiosk; empty at its end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self) -> bytes:
        try:
            return os.read(self._descriptor, 4096)
        except OSError:
            return b""


class Write(Read):
    """Bytes to the kiosk."""

    def __call__(self, data: bytes) -> None:  # type: ignore[override]
        os.write(self._descriptor, data)


@contextmanager
def tcp_printer(paper: Paper) -> Iterator[Printer]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                paper.serve(Read(connection.fileno()), Write(connection.fileno()))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    printer = open_printer(PrinterSettings("network", address, 9600, 42))
    assert printer is not None
    yield printer
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    assert not thread.is_alive()


def test_no_driver_is_no_printer() -> None:
    assert open_printer(PrinterSettings("none", "", 9600, 42)) is None


def test_a_network_printer_gets_the_receipt_and_cuts_it() -> None:
    paper = Paper(ENOUGH)
    with tcp_printer(paper) as printer:
        assert printer.ready()
        printer.print(RECEIPT)
    assert b"Meridian\n" in paper.printed
    assert b"Amount 18.00 EUR\n" in paper.printed
    assert b"\x1dV" in paper.printed  # GS V, the cut


def test_without_paper_nothing_is_sent_and_no_receipt_is_promised() -> None:
    paper = Paper(NONE)
    with tcp_printer(paper) as printer:
        with pytest.raises(PaperOut):
            printer.print(RECEIPT)
        assert not printer.ready()
    assert paper.printed == b""


# python-escpos 3.1 leaves the socket of a refused connection to be collected.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_printer_that_is_silent_or_gone_is_away() -> None:
    with tcp_printer(Paper(b"")) as printer:
        with pytest.raises(PrinterAway):
            printer.print(RECEIPT)
        assert not printer.ready()
    with pytest.raises(PrinterAway):
        printer.print(RECEIPT)


def test_a_serial_printer_prints_too() -> None:
    leader, follower = os.openpty()
    paper = Paper(ENOUGH)
    thread = threading.Thread(target=paper.serve, args=(Read(leader), Write(leader)), daemon=True)
    thread.start()
    printer = open_printer(PrinterSettings("serial", os.ttyname(follower), 9600, 42))
    assert printer is not None
    printer.print(RECEIPT)
    os.close(follower)
    thread.join(5)
    os.close(leader)
    assert b"Amount 18.00 EUR\n" in paper.printed


def test_a_device_file_is_not_touched_before_a_receipt(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.write_bytes(b"as it was")
    printer = open_printer(PrinterSettings("file", str(device), 9600, 42))
    assert printer is not None
    assert printer.ready()
    assert device.read_bytes() == b"as it was"
    printer.print(RECEIPT)
    assert b"Amount 18.00 EUR\n" in device.read_bytes()


def test_a_device_file_in_no_folder_is_not_ready(tmp_path: Path) -> None:
    printer = open_printer(PrinterSettings("file", str(tmp_path / "no" / "lp0"), 9600, 42))
    assert printer is not None
    assert not printer.ready()
    with pytest.raises(PrinterAway):
        printer.print(RECEIPT)
