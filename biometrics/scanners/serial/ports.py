"""What is connected to serial ports.

A port is opened only if the configuration names it. The adapters these sensors hang on (CH340,
CP210x, FT232, PL2303) are the same in modems, label printers and lift controls: talking to a
stranger's device to find out what it is would be rude at best.
"""

import threading

from serial.tools import list_ports

from biometrics.scanners.errors import NoDevice, ScannerError
from biometrics.scanners.scanner import Reader, ReaderSettings
from biometrics.scanners.serial.link import Link
from biometrics.scanners.serial.models import CAPACITIVE, OPTICAL, expected
from biometrics.scanners.serial.negotiation import BAUDS, settle

NAME = "serial"
# USB vendor and product of adapters that sensors are sold with.
_ADAPTERS = {
    (0x1A86, 0x7523): "CH340 adapter",
    (0x10C4, 0xEA60): "CP210x adapter",
    (0x0403, 0x6001): "FT232 adapter",
    (0x067B, 0x2303): "PL2303 adapter",
}


def probe(settings: ReaderSettings) -> tuple[Reader, ...]:
    """The configured sensor, asked what it is, and the ports that could carry one, unopened.

    See `biometrics.scanners.Driver.probe`.
    """
    found = [] if not settings.device else [_asked(settings.device, settings.password)]
    for port in sorted(list_ports.comports()):
        if port.device == settings.device or port.vid is None:
            continue
        name = _ADAPTERS.get((port.vid, port.pid))
        if name is None:
            continue
        found.append(
            Reader(
                NAME,
                port.device,
                name,
                None,
                captures=False,
                note="It may carry a sensor. Name this port in the configuration to use it.",
            )
        )
    return tuple(found)


def _asked(device: str, password: int) -> Reader:
    try:
        link = Link(device, BAUDS[0], threading.Event())
    except NoDevice as error:
        return Reader(NAME, device, "unknown", None, captures=False, note=str(error))
    try:
        settled = settle(link, None, password, raise_speed=False)
    except ScannerError as error:
        return Reader(NAME, device, "unknown", None, captures=False, note=str(error))
    finally:
        link.close()
    model = expected(settled.product)
    name = model.name if settled.product else f"{OPTICAL.name}, or {CAPACITIVE.name}"
    dpi = model.sensor.dpi if settled.product else None
    return Reader(NAME, device, name, dpi, captures=True, note=f"It talks at {settled.baud} baud.")
