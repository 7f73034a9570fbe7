"""What a machine whose data folder lies here says of a movement: its journal and its device."""

import json
from collections.abc import Set as AbstractSet
from pathlib import Path

from kiosk.devices.client import SocketDevice
from kiosk.devices.errors import DeviceError
from kiosk.devices.status import DeviceStatus
from kiosk.devices.wire import IN_USE
from kiosk.journal import JournalUnusable
from kiosk.journal.dump import lines
from kiosk.places import read_ports
from kiosk.runner import NotReady

_NOT_HERE = "not on this computer: read it there (journal dump)"


def journal_side(data: Path, uids: AbstractSet[str]) -> list[str]:
    """The journal's records of these movements, a line each, without the signed bytes."""
    folder = data / "kiosk" / "journal"
    if not folder.is_dir():
        return [_NOT_HERE]
    try:
        found = [
            f"{record['seq']:>6}  {record['word']:<16} {json.dumps(record['data'], sort_keys=True)}"
            for record in map(json.loads, lines(folder))
            if record.get("tx") in uids
        ]
    except JournalUnusable as error:
        return [str(error)]
    return found or ["nothing of this movement"]


def device_side(data: Path, uids: AbstractSet[str]) -> list[str]:
    """What the cash device says now, and whether it is of these movements."""
    try:
        port = read_ports(data / "run" / "ports.json").device
    except NotReady:
        port = None
    if port is None:
        return ["not on this computer, or not simulated: ask it there"]
    device = SocketDevice(("127.0.0.1", port))
    try:
        status = device.status()
    except DeviceError as error:
        if str(error) == IN_USE:
            return ["in use by the machine: what it said last is in the journal"]
        return [f"does not answer: {error}"]
    finally:
        device.close()
    return _status_lines(status, uids)


def _status_lines(status: DeviceStatus, uids: AbstractSet[str]) -> list[str]:
    out, into = status.outgoing, status.incoming
    found = []
    if out.uid in uids:
        found.append(
            f"dispense: {out.place.value}, {out.picked_minor} minor units left the cassettes, "
            f"{out.inside_minor} came back inside"
        )
    if into.uid in uids:
        counted = sum(n.denomination_minor * n.count for n in into.counted)
        found.append(f"cash-in: {into.place.value}, {counted} minor units counted")
    if not found:
        found.append("its last commands were of other movements")
    if status.counters is None:
        found.append("its counters cannot be read")
    return found
