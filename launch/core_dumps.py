"""No memory of a process that sees fingers and PINs is ever written to a disk by its death."""

import contextlib
import ctypes
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def forbid() -> None:
    """Forbid core dumps of this process, and other programs of its user to look into it.

    What a system has no means for is left out: the limit is POSIX, the flag Linux.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        # The limit does not hold for dumps that are piped to a program, as systemd has them.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
