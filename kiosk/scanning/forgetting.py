"""What is left of a picture in memory that was freed goes back to the system, which blanks it.

The reader's picture itself is overwritten by who asked for it. The copies that OpenCV and NumPy
make in between are freed by them and lie in the allocator's reserve until it is used again.
"""

import contextlib
import ctypes
import sys


def return_freed_memory() -> None:
    """Give freed memory back (1 to 14 ms). Only glibc keeps so much of it, and can be asked."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
