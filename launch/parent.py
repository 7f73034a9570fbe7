"""A child that ends when its parent does, on every system.

The parent holds the other end of the child's standard input. When it closes that, or dies by
whatever means, the child reads the end of the file and ends itself as on SIGTERM.
"""

import os
import signal
import sys
import threading
import time

GRACE_S = 4.0


def end_with_parent() -> None:
    """Watch standard input from a thread; at its end, end this process in order, then by force."""
    threading.Thread(target=_watch, name="parent-watch", daemon=True).start()


def _watch() -> None:
    # The descriptor, not sys.stdin: nobody else may read from it, and it needs no decoding.
    try:
        while os.read(0, 4096):
            continue
    except OSError:  # a closed descriptor is an end as well
        pass
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGTERM)
    else:
        # To the process, so that the main thread wakes from whatever it waits in.
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
