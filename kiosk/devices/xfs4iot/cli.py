"""``devices``: the cash devices of the configuration, what they say, and whether they will do."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_path

from kiosk.config import DEFAULT_FILE, Config, ConfigUnusable, load_config
from kiosk.devices.errors import DeviceError
from kiosk.devices.xfs4iot.asking import Asking
from kiosk.devices.xfs4iot.services import Found, Line, Machine, find_machine, shortcomings
from protocol.money import exponent

EXIT_USABLE, EXIT_NOT, EXIT_BAD_USE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.description = (
        "Show the cash devices that the configuration names: where they are, what is in them, and "
        "what stands against using them. Nothing is moved. Exit status 0 if they can be used, 1 if "
        "not, 2 if the configuration cannot be read."
    )
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, metavar="FILE")
    parser.add_argument("--data", type=Path, default=user_data_path("fortress-atm"), metavar="DIR")
    parser.add_argument(
        "--address", metavar="URI", help="look there by xfs4iot, whatever the configuration says"
    )


def run(args: argparse.Namespace) -> int:
    """Look and print; an exit status."""
    try:
        config = load_config(args.config)
    except ConfigUnusable as error:
        print(f"devices: {error}", file=sys.stderr)
        return EXIT_BAD_USE
    if config.cash.driver == "simulator" and args.address is None:
        return _simulated(args.data)
    address = config.cash.address if args.address is None else args.address
    try:
        machine = find_machine(address)
        lacking = shortcomings(machine)
        for line in _machine(machine, config):
            print(line.rstrip())
    except DeviceError as error:
        print(f"no cash machine that can be used: {error}")
        return EXIT_NOT
    for words in lacking:
        print(f"cannot be used: {words}")
    return EXIT_NOT if lacking else EXIT_USABLE


def _simulated(data: Path) -> int:
    # Its state, not its socket: the simulator serves one kiosk at a time.
    state = data / "kiosk" / "device" / "state.json"
    if not state.exists():
        print(f"simulated devices (device-sim) that have never run in {data}")
        return EXIT_NOT
    print(f"simulated devices (device-sim), state in {state}")
    return EXIT_USABLE


def _machine(machine: Machine, config: Config) -> Iterator[str]:
    """Tell of services and units; raises ``DeviceError``."""
    halves = {"dispenser": machine.dispenser, "acceptor": machine.acceptor}
    for name, service in halves.items():
        yield f"{name:<10} {service.uri}  {_made_by(service)}"
    dispenser = Line(machine.dispenser.uri, lambda _name, _payload: None)
    same = machine.acceptor.uri == machine.dispenser.uri
    acceptor = dispenser if same else Line(machine.acceptor.uri, lambda _name, _payload: None)
    try:
        reading = Asking(dispenser, acceptor, config.brand.currency).read(slot_open=True)
    finally:
        dispenser.close()
        acceptor.close()
    for name, state in (("dispenser", reading.dispenser), ("acceptor", reading.acceptor)):
        works = "works" if state.works else "does not work"
        clear = "clear" if state.clear else "notes may lie in it"
        yield f"{name:<10} {state.device}, {works}, {clear}"
    if reading.units is None:
        yield "units      are not told"
        return
    digits = exponent(config.brand.currency)
    for each in reading.units.cassettes:
        value = each.denomination_minor / 10**digits
        state_of = "low" if each.low else "" if each.usable else "cannot be used"
        yield f"{each.unit:<10} {value:>8g} {config.brand.currency} x {each.count:>5} {state_of}"
    for name, kind in reading.units.bins.items():
        yield f"{name:<10} {kind} bin"


def _made_by(service: Found) -> str:
    """Maker and model, as the service tells them."""
    told = service.part("common").get("deviceInformation")
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
    words = " ".join(str(first.get(key) or "") for key in ("modelName", "serialNumber"))
    return "".join(sign for sign in words[:80] if sign.isprintable()).strip()
