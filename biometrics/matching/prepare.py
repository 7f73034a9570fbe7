"""Make the compiled matcher ready before anybody waits for it.

    python -m biometrics.matching.prepare

compiles what is not kept yet (some 10 s) and keeps it; set-up does so. A server calls `load` in
the background when it starts: that takes half a second where `is_kept()`, else as long as
compiling, and it should not say that it is ready before.
"""

import sys
import threading

import numpy as np

from biometrics.gallery import Gallery
from biometrics.matching.compiled import is_kept, note_kept
from biometrics.template import ENDING, Minutiae, OrientationField, Template

_loading = threading.Lock()


def load() -> None:
    """Import and call every kernel once; from any thread, as often as you like."""
    with _loading:
        kept = is_kept()
        made_up = _made_up()
        gallery = Gallery(compare_all=0)
        gallery.add("nobody", [made_up])
        gallery.identify(made_up, 1)
        gallery.verify(made_up, "nobody")
        if not kept:
            note_kept()


def _made_up() -> Template:
    """Minutiae on a spiral in a field of straight ridges: of nobody, and the same every time."""
    turn = np.arange(20) * 0.9
    minutiae = Minutiae(
        (150 + 6 * turn * np.cos(turn)).astype(np.uint16),
        (150 + 6 * turn * np.sin(turn)).astype(np.uint16),
        (turn * 40).astype(np.uint8),
        np.full(20, ENDING, np.uint8),
        np.full(20, 100, np.uint8),
    )
    return Template(320, 320, 50, minutiae, OrientationField(np.zeros((40, 40), np.uint8)))


if __name__ == "__main__":
    load()
    sys.exit(0 if is_kept() else 1)
