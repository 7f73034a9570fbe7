"""A vendor's reader behind an XFS4IoT service as the kiosk uses it: Biometric.Read with isoFid."""

import base64
import binascii
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from biometrics.errors import BadPicture, WrongFormat
from biometrics.scanners.errors import (
    Cancelled,
    NoDevice,
    Retry,
    ScanError,
    ScannerError,
    Timeout,
    Unplugged,
)
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.scanners.scanner import (
    Driver,
    OnEvent,
    Reader,
    ReaderSettings,
    Scan,
    ScanEvent,
    Scanner,
    Stage,
)
from biometrics.scanners.xfs4iot.address import place_of
from biometrics.scanners.xfs4iot.connection import Connection, Limits
from biometrics.scanners.xfs4iot.discovery import all_services, capabilities
from biometrics.scanners.xfs4iot.errors import (
    CommandFailed,
    CommandRefused,
    ServiceAway,
    ServiceError,
)
from biometrics.scanners.xfs4iot.finger_image import FingerImage, parse

NAME: Final = "xfs4iot"

_READ: Final = {"dataTypes": [{"format": "isoFid"}], "numCaptures": 1, "mode": "scan"}
_GONE: Final = ("noDevice", "offline", "powerOff")
_AGAIN: Final = "The reader could not see the finger well. Lift it and place it again."
_LOOK: Final = Limits(connect_s=0.4, acknowledge_s=0.4, grace_s=0.4)
_STAGES: Final = {
    "Biometric.PresentSubjectEvent": Stage.READY,
    "Biometric.SubjectDetectedEvent": Stage.FINGER,
    "Biometric.RemoveSubjectEvent": Stage.LIFT,
}
_ORDER: Final = list(Stage)


@dataclass
class _Progress:
    """How far a scan is: each stage is told once, and none after a later one."""

    on_event: OnEvent
    told: Stage | None = None
    began_s: float = 0.0

    def reach(self, stage: Stage) -> None:
        if self.told is None:
            self.began_s = time.monotonic()
            self.on_event(ScanEvent(Stage.READY))
            self.told = Stage.READY
        if _ORDER.index(stage) > _ORDER.index(self.told):
            self.on_event(ScanEvent(stage))
            self.told = stage


class Xfs4IotScanner:
    """A `Scanner` behind the service at `address`.

    `address` names a service (ws://HOST:PORT/xfs4iot/v1.0/NAME), or a machine's publisher
    (ws://HOST:PORT), whose first fingerprint service that gives isoFid is taken; "" asks the
    publishers at the standard's ports of this machine. Encrypted (wss) it may be elsewhere.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._found: str | None = None

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """See `Scanner.scan`."""
        if cancel.is_set():
            raise Cancelled("The scan was cancelled.")
        progress = _Progress(on_event)
        try:
            image = self._read(timeout_s, cancel, progress)
        except ServiceError as error:
            self._found = None
            raise _translate(error, self._where(), progress, cancel) from error
        except ValueError as error:
            raise NoDevice(f"The configuration of the fingerprint reader: {error}.") from error
        if cancel.is_set():
            raise Cancelled("The scan was cancelled.")
        progress.reach(Stage.LIFT)
        seconds = time.monotonic() - progress.began_s
        return Scan(
            normalise(image.gray, Sensor(image.dpi)), image.dpi, NAME, self._where(), seconds
        )

    def present(self) -> bool:
        """See `Scanner.present`: whether the service answers that its device is there."""
        try:
            connection = Connection(self._service(), limits=_LOOK)
        except (ServiceError, ScannerError, ValueError):
            self._found = None
            return False
        try:
            return _device(connection.command("Common.Status", timeout_s=0.5)) not in _GONE
        except ServiceError:
            self._found = None
            return False
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing is held between scans."""

    def _read(self, timeout_s: float, cancel: threading.Event, progress: _Progress) -> FingerImage:
        connection = Connection(self._service(), on_unsolicited=_watch)
        try:
            device = _device(connection.command("Common.Status", timeout_s=1.0))
            if device in _GONE:
                raise NoDevice(f"The service at {self._where()} has no reader: {device}.")
            payload = connection.command(
                "Biometric.Read",
                _READ,
                timeout_s=timeout_s,
                cancel=cancel,
                on_event=lambda name, _: _hear(name, progress),
            )
        finally:
            connection.close()
        return _image(payload)

    def _service(self) -> str:
        """The address of the service, looked for when it is not known."""
        if self._found is None:
            if self._address:
                place_of(self._address)
            found = next((uri for uri in all_services(self._address) if _reads(uri)), None)
            if found is None:
                raise NoDevice(
                    f"No fingerprint service that gives pictures (isoFid) at {self._where()}."
                )
            self._found = found
        return self._found

    def _where(self) -> str:
        return self._found or self._address or "the standard's ports of this machine"


def _hear(name: str, progress: _Progress) -> None:
    if name in _STAGES:
        progress.reach(_STAGES[name])
        if _STAGES[name] is Stage.FINGER:
            progress.reach(Stage.READING)


def _watch(name: str, payload: dict[str, Any]) -> None:
    if name == "Common.StatusChangedEvent" and _device(payload) in _GONE:
        raise Unplugged("The service says that its fingerprint reader went away.")


def _device(status: dict[str, Any]) -> str:
    common = status.get("common")
    device = common.get("device") if isinstance(common, dict) else None
    return device if isinstance(device, str) else "unknown"


def _biometric(uri: str) -> dict[str, Any]:
    """What the service says of its biometrics; nothing if it has none or does not answer."""
    try:
        found = capabilities(uri).get("biometric")
    except (ServiceError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _reads(uri: str) -> bool:
    said = _biometric(uri)
    return _says(said, "type", "fingerprint") and _says(said, "dataFormats", "isoFid")


def _says(said: dict[str, Any], group: str, what: str) -> bool:
    facts = said.get(group)
    return isinstance(facts, dict) and facts.get(what) is True


def _image(payload: dict[str, Any]) -> FingerImage:
    items = payload.get("dataRead")
    for item in items if isinstance(items, list) else ():
        kind = item.get("type") if isinstance(item, dict) else None
        data = item.get("data") if isinstance(item, dict) else None
        if isinstance(kind, dict) and kind.get("format") == "isoFid" and isinstance(data, str):
            try:
                return parse(base64.b64decode(data, validate=True))
            except WrongFormat as error:
                raise ScanError(str(error)) from error
            except (BadPicture, binascii.Error) as error:
                raise Retry(_AGAIN) from error
    raise ScanError("The fingerprint service gave no picture (isoFid).")


def _translate(
    error: ServiceError, where: str, progress: _Progress, cancel: threading.Event
) -> ScannerError:
    if cancel.is_set():
        return Cancelled("The scan was cancelled.")
    match error:
        case ServiceAway(closed=True):
            if progress.told is None:
                return NoDevice(f"No fingerprint service: {error}.")
            return Unplugged(f"The fingerprint service went away: {error}.")
        case ServiceAway():
            return ScanError(f"The fingerprint service failed: {error}. Start it again.")
        case CommandFailed(code="timeOut"):
            return Timeout("No finger was placed on the reader in time.")
        case CommandFailed(code="userError") | CommandFailed(error_code="readFailed"):
            return Retry(_AGAIN)
        case CommandFailed() | CommandRefused():
            return ScanError(f"The fingerprint service at {where} failed: {error}.")
    return ScanError(f"The fingerprint service at {where} failed.")


def _probe(settings: ReaderSettings) -> tuple[Reader, ...]:
    found = []
    try:
        for uri in all_services(settings.device):
            said = _biometric(uri)
            if not _says(said, "type", "fingerprint"):
                continue
            gives = _says(said, "dataFormats", "isoFid")
            note = "" if gives else "It gives no pictures (isoFid), only templates of its own."
            found.append(Reader(NAME, uri, "XFS4IoT fingerprint service", None, gives, note))
    except ValueError as error:
        raise ScanError(f"The configuration of the fingerprint reader: {error}.") from error
    return tuple(found)


def _open(settings: ReaderSettings) -> Scanner:
    return Xfs4IotScanner(settings.device)


DRIVER: Final = Driver(
    NAME, "any ATM vendor's reader behind an XFS4IoT service (Biometric.Read)", _open, _probe
)
