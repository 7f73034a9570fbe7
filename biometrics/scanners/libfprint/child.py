"""The process that libfprint lives in: standard library and ctypes, nothing else.

GLib has one main context a process and fights with Qt over it; a driver for a reader may crash or
hang. So libfprint is loaded here, one process a scan, and the kiosk only reads frames from a pipe.
Run as a script: ``python -I child.py list|scan [--testing] [--device TEXT]``.

Frames on standard output: kind (one letter), length of the payload (u32, network order), payload.

    A  alive; empty, every BEAT_S
    D  what is connected and wanted; JSON list of {driver, id, name, captures, swipe}
    O  the reader was opened; JSON of one such object
    S  the finger's state; one byte, bits NEEDED and PRESENT of FpFingerStatusFlags
    P  a picture: width, height (u32), pixels a millimetre (f64, 0: unknown)
    R  its pixels, width x height grey bytes, row by row
    E  the end by a failure; JSON {kind, code, text}, kinds: library, none, no-capture, open,
       device, retry, cancelled

Standard input: anything, its end included, stops the scan. Everything that libfprint prints goes
to standard error.
"""

import contextlib
import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, Final

BEAT_S: Final = 0.4
HEADER: Final = struct.Struct("!cI")
SIZE: Final = struct.Struct("!IId")
MAX_JSON_BYTES: Final = 64 * 1024
MAX_SIDE_PX: Final = 4096
MAX_DEVICES: Final = 32
FINGER_NEEDED: Final = 1
FINGER_PRESENT: Final = 2
VIRTUAL: Final = "virtual"

_LIBRARY: Final = "libfprint-2.so.2"
_STDIN: Final = 0
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_G_IO_IN, _G_IO_HUP, _G_IO_ERR = 1, 16, 8
_SCAN_TYPE_SWIPE: Final = 0
_UNREAD_CALL: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_TIMER_CALL: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_NOTIFY_CALL: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class _Failure(Exception):
    """The end of this process, as the kiosk is told of it."""

    def __init__(self, kind: str, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.kind, self.text, self.code = kind, text, code


class _GError(ctypes.Structure):
    _fields_ = (
        ("domain", ctypes.c_uint32),
        ("code", ctypes.c_int),
        ("message", ctypes.c_char_p),
    )


class _GPtrArray(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(ctypes.c_void_p)), ("length", ctypes.c_uint))


class _Pipe:
    """Frames to the kiosk."""

    def __init__(self) -> None:
        # What GLib and drivers print on standard output must not stand between frames.
        self._descriptor = os.dup(1)
        os.dup2(2, 1)

    def send(self, kind: bytes, payload: "bytes | memoryview" = b"") -> None:
        """Write one frame; a reader that has gone away ends the process."""
        try:
            for part in (HEADER.pack(kind, len(payload)), payload):
                rest = memoryview(part)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os._exit(1)

    def send_json(self, kind: bytes, value: object) -> None:
        """Write one frame of JSON."""
        self.send(kind, json.dumps(value).encode())


def _declare(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    function.restype, function.argtypes = result, arguments
    declared: Callable[..., Any] = function
    return declared


class _Libraries:
    """The functions of libfprint and GLib that are called, with their types."""

    def __init__(self) -> None:
        try:
            fp = ctypes.CDLL(_LIBRARY)
            glib, gio = ctypes.CDLL("libglib-2.0.so.0"), ctypes.CDLL("libgio-2.0.so.0")
            gobject = ctypes.CDLL("libgobject-2.0.so.0")
            glib_unix = glib.g_unix_fd_add
        except (OSError, AttributeError) as error:
            raise _Failure("library", str(error)) from error
        pointer, text, error_place = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
        integer, flag = ctypes.c_int, ctypes.c_int
        self.context_new = _declare(fp.fp_context_new, pointer)
        self.context_devices = _declare(
            fp.fp_context_get_devices, ctypes.POINTER(_GPtrArray), pointer
        )
        self.driver = _declare(fp.fp_device_get_driver, text, pointer)
        self.device_id = _declare(fp.fp_device_get_device_id, text, pointer)
        self.name = _declare(fp.fp_device_get_name, text, pointer)
        self.scan_type = _declare(fp.fp_device_get_scan_type, integer, pointer)
        self.captures = _declare(fp.fp_device_supports_capture, flag, pointer)
        self.finger_status = _declare(fp.fp_device_get_finger_status, integer, pointer)
        self.open = _declare(fp.fp_device_open_sync, flag, pointer, pointer, error_place)
        self.close = _declare(fp.fp_device_close_sync, flag, pointer, pointer, error_place)
        self.capture = _declare(
            fp.fp_device_capture_sync, pointer, pointer, flag, pointer, error_place
        )
        size = ctypes.POINTER(ctypes.c_size_t)
        self.image_data = _declare(fp.fp_image_get_data, pointer, pointer, size)
        self.image_width = _declare(fp.fp_image_get_width, ctypes.c_uint, pointer)
        self.image_height = _declare(fp.fp_image_get_height, ctypes.c_uint, pointer)
        self.image_ppmm = _declare(fp.fp_image_get_ppmm, ctypes.c_double, pointer)
        self.retry_quark = _declare(fp.fp_device_retry_quark, ctypes.c_uint32)()
        self.error_quark = _declare(fp.fp_device_error_quark, ctypes.c_uint32)()
        self.io_error_quark = _declare(gio.g_io_error_quark, ctypes.c_uint32)()
        self.quark_name = _declare(glib.g_quark_to_string, text, ctypes.c_uint32)
        self.cancellable_new = _declare(gio.g_cancellable_new, pointer)
        self.cancellable_cancel = _declare(gio.g_cancellable_cancel, None, pointer)
        self.on_unread = _declare(glib_unix, ctypes.c_uint, integer, integer, _UNREAD_CALL, pointer)
        self.every_ms = _declare(
            glib.g_timeout_add, ctypes.c_uint, ctypes.c_uint, _TIMER_CALL, pointer
        )
        self.on_notify = _declare(
            gobject.g_signal_connect_data,
            ctypes.c_ulong,
            *(pointer, text, _NOTIFY_CALL, pointer, pointer, integer),
        )


class _Process:
    """One list or one scan. Callbacks are kept as long as the process lives."""

    def __init__(self, pipe: _Pipe, testing: bool, wanted: str) -> None:
        self._pipe = pipe
        self._c = _Libraries()
        self._cancellable = self._c.cancellable_new()
        self._calls = (_UNREAD_CALL(self._stop), _TIMER_CALL(self._beat))
        self._c.on_unread(_STDIN, _G_IO_IN | _G_IO_HUP | _G_IO_ERR, self._calls[0], None)
        self._c.every_ms(round(BEAT_S * 1000), self._calls[1], None)
        found = self._c.context_devices(self._c.context_new()).contents
        handles = [found.data[i] for i in range(min(found.length, MAX_DEVICES))]
        told = [(handle, self._facts(handle)) for handle in handles]
        self._devices = [
            (handle, facts)
            for handle, facts in told
            if (testing or not str(facts["driver"]).startswith(VIRTUAL))
            and wanted.casefold() in f"{facts['driver']} {facts['id']} {facts['name']}".casefold()
        ]

    def list(self) -> None:
        """Tell what is connected."""
        self._pipe.send_json(b"D", [facts for _, facts in self._devices])

    def scan(self) -> None:
        """Open the reader that is wanted, tell what the finger does, send the picture."""
        device, facts = self._choose()
        if not self._call("open", self._c.open, device, self._cancellable):
            raise _Failure("open", "the reader could not be opened")
        self._pipe.send_json(b"O", facts)
        watch = _NOTIFY_CALL(lambda *_: self._status(device))
        self._c.on_notify(device, b"notify::finger-status", watch, None, None, 0)
        try:
            image = self._call("device", self._c.capture, device, 1, self._cancellable)
            if not image:
                raise _Failure("device", "the reader gave no picture")
            self._send_picture(image)
        finally:
            # The light goes out; a reader that is gone cannot be closed, which is as well.
            with contextlib.suppress(_Failure):
                self._call("device", self._c.close, device, None)

    def _facts(self, device: int) -> dict[str, object]:
        return {
            "driver": _text(self._c.driver(device)),
            "id": _text(self._c.device_id(device)),
            "name": _text(self._c.name(device)),
            "captures": bool(self._c.captures(device)),
            "swipe": self._c.scan_type(device) == _SCAN_TYPE_SWIPE,
        }

    def _choose(self) -> tuple[int, dict[str, object]]:
        for handle, facts in self._devices:
            if facts["captures"]:
                return handle, facts
        if self._devices:
            raise _Failure("no-capture", str(self._devices[0][1]["name"]))
        raise _Failure("none", "no reader that libfprint knows is connected")

    def _status(self, device: int) -> None:
        self._pipe.send(b"S", bytes([self._c.finger_status(device) & 0xFF]))

    def _send_picture(self, image: int) -> None:
        width, height = self._c.image_width(image), self._c.image_height(image)
        length = ctypes.c_size_t(0)
        data = self._c.image_data(image, ctypes.byref(length))
        sides_fit = 0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX
        if not sides_fit or not data or length.value < width * height:
            raise _Failure("device", f"a picture of {width} x {height} pixels cannot be")
        self._pipe.send(b"P", SIZE.pack(width, height, self._c.image_ppmm(image)))
        self._pipe.send(b"R", memoryview((ctypes.c_ubyte * (width * height)).from_address(data)))
        ctypes.memset(data, 0, length.value)

    def _call(self, kind: str, function: Callable[..., Any], *arguments: Any) -> Any:
        error = ctypes.POINTER(_GError)()
        result = function(*arguments, ctypes.byref(error))
        if not error:
            return result
        domain, code = error.contents.domain, error.contents.code
        if domain == self._c.retry_quark:
            kind = "retry"
        elif domain == self._c.error_quark:
            kind = "device"
        elif domain == self._c.io_error_quark:
            kind = "cancelled" if code == 19 else kind
        else:
            # Its codes are not libfprint's; the words tell.
            code = -1
        raise _Failure(kind, _text(error.contents.message), code)

    def _stop(self, *_: object) -> int:
        self._c.cancellable_cancel(self._cancellable)
        return 0

    def _beat(self, *_: object) -> int:
        self._pipe.send(b"A")
        return 1


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")[:200]


def _protect() -> None:
    """No core dump of a picture, and no life after the kiosk's."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main(arguments: list[str]) -> int:
    """Do one thing and end; 0 if it went well."""
    _protect()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = _Pipe()
    pipe.send(b"A")
    wanted = arguments[arguments.index("--device") + 1] if "--device" in arguments else ""
    try:
        process = _Process(pipe, "--testing" in arguments, wanted)
        process.scan() if arguments[0] == "scan" else process.list()
    except _Failure as failure:
        pipe.send_json(b"E", {"kind": failure.kind, "code": failure.code, "text": failure.text})
        return 1
    return 0


if __name__ == "__main__":
    # Nothing is taken down: libfprint's threads and GLib's own end with the process.
    status = main(sys.argv[1:])
    os._exit(status)
