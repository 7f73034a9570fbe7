"""The shared libraries that Qt and fingerprint readers need, found by loading them."""

import ctypes
import sys

# Library -> Debian's package. Measured on a bare Debian 12.
FOR_DRAWING = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
FOR_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

FOR_READERS = {"libfprint-2.so.2": "libfprint-2-2"}


def missing(display: bool) -> dict[str, str]:
    """Return the libraries that do not load, with their Debian packages.

    `display`: count those of a window on X11 too. Only Linux needs any: elsewhere the packages
    bring all they need.
    """
    if not sys.platform.startswith("linux"):
        return {}
    wanted = FOR_DRAWING | (FOR_X11 if display else {})
    return {name: package for name, package in wanted.items() if not _loads(name)}


def missing_for_readers() -> dict[str, str]:
    """Return the libraries of fingerprint readers that do not load, with their packages."""
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in FOR_READERS.items() if not _loads(name)}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
