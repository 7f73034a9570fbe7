"""Make the compiled matcher ready before anybody waits for it.

    python -m biometrics.matching.prepare

compiles what is not kept yet (some 10 s) and keeps it; set-up does so. A server calls `load` in
the background when it starts: that takes half a second where `is_kept()`, else as long as
compiling, and it should not say that it is ready before.
"""

import sys
import threading

import numpy as np

from biometrics.matching.compiled import is_kept, note_kept
from biometrics.matching.features import Features

_loading = threading.Lock()


def load() -> None:
    """Import and call every kernel once; from any thread, as often as you like."""
    from biometrics.matching.score import compare

    with _loading:
        kept = is_kept()
        print_ = _made_up()
        compare(print_, print_)
        if not kept:
            note_kept()


def _made_up() -> Features:
    """Minutiae on a spiral in a field of straight ridges: of nobody, and the same every time."""
    turn = np.arange(20) * 0.9
    minutiae = np.empty((5, 20), np.float32)
    minutiae[0] = 150 + 6 * turn * np.cos(turn)
    minutiae[1] = -150 - 6 * turn * np.sin(turn)
    minutiae[2], minutiae[3] = np.cos(turn), np.sin(turn)
    minutiae[4] = 1.0
    return Features(minutiae, np.zeros((40, 40), np.uint8))


if __name__ == "__main__":
    load()
    sys.exit(0 if is_kept() else 1)
