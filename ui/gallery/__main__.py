"""Draw every screen: `python -m ui.gallery [FOLDER] [NAME ...]`."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from ui.gallery.render import Stage, application
from ui.gallery.samples import views


def main() -> int:
    """Write one PNG a screen; 1 when QML warned."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")
    wanted = sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    with application():
        drawn = views()
        stage = Stage(drawn["welcome"])
        for contrast in (False, True):
            stage.contrast(contrast)
            for name, view in drawn.items():
                if wanted and not any(name.startswith(w) for w in wanted):
                    continue
                stage.show(view)
                stage.picture().save(str(folder / f"{name}{'_contrast' if contrast else ''}.png"))
        for warning in stage.warnings:
            sys.stderr.write(warning + "\n")
        stage.close()
        return 1 if stage.warnings else 0


if __name__ == "__main__":
    sys.exit(main())
