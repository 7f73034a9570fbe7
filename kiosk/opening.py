"""Opening a real kiosk: its identity and the bank's addresses, journal, devices, reader."""

import logging
import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from backend_client import Bank, BankSettings, Policy, Server
from backend_client.errors import BankError, IdentityUnusable, NotEnrolled, TerminalDenied
from biometrics.scanners import ReaderSettings
from kiosk.config import Config, ReaderLine
from kiosk.devices.drivers import open_device
from kiosk.effects.cash import MachineCash
from kiosk.effects.no_journal import NoJournal
from kiosk.effects.ports import CashPort, Workshop, World
from kiosk.forward import Backoff
from kiosk.journal import JournalUnusable
from kiosk.machine import CashMachine, MachineSettings, from_environment, signer
from kiosk.operator.reboot import run_command
from kiosk.places import Places, places_of
from kiosk.receipts.layout import Letterhead
from kiosk.receipts.printing import ReceiptPrinting
from kiosk.receipts.settings import open_printer
from kiosk.renewal import Renewal
from kiosk.runner import KioskSettings, NotReady
from kiosk.scanning.readers import open_readers

_LOG = logging.getLogger(__name__)
_HELLO_AGAIN_S: Final = 1.0


def open_world(settings: KioskSettings) -> World:
    """Open bank, journal, devices and reader.

    A journal that cannot be used opens all the same: the machine is out of service and says so.

    Raises:
        NotReady: certificates or ports are not there yet.
    """
    places = places_of(settings)
    # What was opened is closed in reverse order, also where the rest cannot be opened.
    with ExitStack() as opened:
        return _open(settings, places, opened)


def open_line(config: Config, data: Path, servers: tuple[Server, ...]) -> Bank:
    """Open the line to the bank at these servers.

    Raises:
        NotReady: the terminal has no usable certificate.
    """
    try:
        return Bank(
            BankSettings(
                servers=servers,
                identity_folder=data / "terminals" / config.terminal,
                trust_file=data / "bank" / "trust.pem",
                bank_time_file=data / "kiosk" / "bank_time",
                realm=config.realm,
                policy=Policy(config.policy),
            )
        )
    except IdentityUnusable as error:
        raise NotReady(str(error)) from error


def _open(settings: KioskSettings, places: Places, opened: ExitStack) -> World:
    config, data = settings.config, settings.data
    waits = config.waits
    home = data / "kiosk"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    bank = open_line(config, data, places.bank)
    opened.callback(bank.close)
    crash = from_environment(os.environ, home, config.test_configuration)
    device = open_device(
        config.cash,
        currency=config.brand.currency,
        folder=home / "cash",
        simulator_port=places.device,
        on_event=crash.on_device_event,
    )
    machine = CashMachine(
        MachineSettings(
            journal=home / "journal",
            terminal=config.terminal,
            currency=config.brand.currency,
            accepts_minor=config.rules.notes_taken_minor,
            deposit_notes=config.rules.deposit_notes,
            deposit_each_minor=config.rules.deposit_each_minor,
            take_s=waits.take_s,
            authorise_s=waits.authorise_s,
            advice_wait_s=waits.advice_s,
            device_wait_s=waits.device_s,
            backoff=Backoff(waits.forward_first_s, waits.forward_longest_s),
        ),
        bank,
        device,
        signer(lambda: bank.identity),
        crash,
    )
    closing, greeted, news = threading.Event(), threading.Event(), threading.Event()
    try:
        machine.open()
    except JournalUnusable as error:
        _LOG.error("the journal cannot be used: %s", error)
        cash: CashPort = NoJournal()
        # An operator still looks at the devices, and starts the program again.
        opened.callback(device.close)
    else:
        opened.callback(machine.close)
        cash = MachineCash(machine)
        opened.callback(closing.set)
        threading.Thread(
            target=_greet,
            args=(machine, bank, closing, greeted, news),
            name="kiosk-hello",
            daemon=True,
        ).start()

    printing = _printing(config, bank)
    readers = open_readers(
        (_reader(line, settings.watch, config.test_configuration) for line in config.readers),
        presentation_check=config.presentation_check,
    )
    opened.callback(readers.close)
    return World(
        bank=bank,
        cash=cash,
        readers=readers,
        scan_s=config.scan_s,
        quality_least=config.quality_least,
        engine=config.engine,
        now_ms=lambda: time.time_ns() // 1_000_000,
        print_slip=printing.print if printing else lambda _slip: False,
        printer_ready=printing.ready if printing else lambda: False,
        greeted=greeted.is_set,
        news=news,
        workshop=Workshop(
            exchanges=machine.exchanges if isinstance(cash, MachineCash) else None,
            device=device,
            terminal=config.terminal,
            journal=home / "journal",
            reader_fitted=bool(config.readers),
            printer_fitted=printing is not None,
            reboot=lambda: run_command(config.reboot_command),
        ),
        renewal=Renewal(bank, data / "terminals" / config.terminal),
        close=opened.pop_all().close,
    )


def _reader(line: ReaderLine, watch: Path | None, testing: bool) -> ReaderSettings:
    device = str(watch) if line.driver == "file" and watch else line.device
    return ReaderSettings(line.driver, device, testing, line.password)


def _printing(config: Config, bank: Bank) -> ReceiptPrinting | None:
    """The receipt printer, if there is one. A receipt bears the bank's time, not this machine's."""
    printer = open_printer(config.printer)
    if printer is None:
        return None
    brand = config.brand
    head = Letterhead(
        brand=brand.name,
        support=brand.support,
        terminal=config.terminal,
        currency=brand.currency,
        zone=brand.time_zone,
        columns=config.printer.columns,
    )
    return ReceiptPrinting(printer, head, lambda: bank.latest_time_s() * 1000)


def _greet(
    machine: CashMachine,
    bank: Bank,
    closing: threading.Event,
    greeted: threading.Event,
    news: threading.Event,
) -> None:
    """Exchange journal heads with the bank until it knows this one, and again after a denial."""
    told = False
    while not closing.is_set():
        try:
            answer = machine.hello()
        except NotEnrolled as error:
            if not told:
                told = True
                news.set()
                _LOG.error(
                    "%s. Enrol terminal %s again (kiosk enrol); this machine goes on by itself"
                    " when it has its new certificate.",
                    error.detail.capitalize(),
                    bank.identity.terminal_id,
                )
        except TerminalDenied:
            if not told:
                told = True
                news.set()
                _LOG.error(
                    "The bank has taken terminal %s out of service. Have it released there (bank"
                    " terminals release); this machine asks every second and goes on by itself.",
                    bank.identity.terminal_id,
                )
        except BankError as error:
            _LOG.info("no hello yet: %s", error)
        except Exception:  # noqa: BLE001
            # Or else the machine would serve nobody until it is started again.
            _LOG.exception("the exchange with the bank broke")
        else:
            told = False
            greeted.set()
            news.set()
            if answer.standing == "known":
                while not bank.denied() and not closing.wait(_HELLO_AGAIN_S):
                    pass
                continue
        closing.wait(_HELLO_AGAIN_S)
