"""Draw every screen: `python -m ui.gallery [FOLDER [NAME ...]]`."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from ui.gallery.audit import Fault, Screenshot, write
from ui.gallery.render import Stage, application
from ui.gallery.samples import views


def main() -> int:
    """Write one PNG a screen and theme, and the faults; 1 when there are any, or QML warned."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")
    wanted = tuple(sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[Fault] = []
    with application():
        drawn = {n: v for n, v in views().items() if not wanted or n.startswith(wanted)}
        stage = Stage(next(iter(drawn.values())))
        for contrast in (False, True):
            stage.contrast(contrast)
            for name, view in drawn.items():
                file = f"{name}{'_contrast' if contrast else ''}"
                stage.show_afresh(view)
                stage.picture().save(str(folder / f"{file}.png"))
                faults.extend(Screenshot(stage, file).faults())
        faults.extend(Fault("", "warning", text) for text in stage.warnings)
        stage.close()
    write(faults, folder / "audit.json")
    for fault in faults:
        sys.stderr.write(f"{fault.screen}: {fault.rule}: {fault.what}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
