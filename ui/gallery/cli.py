"""``main.py screens``: every screen as a picture, and what is wrong with it."""

import argparse
import os
import sys
from pathlib import Path

BUILD = Path("build") / "screens"
FAULTY = 1
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``screens``."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="screens whose names begin so (default: all)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=BUILD,
        metavar="DIR",
        help="where pictures and audit.json go (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write one PNG a screen and theme, and the faults; 1 if there are any, 2 without a screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    # Qt is loaded only now that it knows where to draw.
    from ui.gallery.audit import Fault, Screenshot, write
    from ui.gallery.render import Stage, application
    from ui.gallery.samples import views

    folder, wanted = arguments.out, tuple(arguments.names)
    faults: list[Fault] = []
    with application():
        drawn = {n: v for n, v in views().items() if not wanted or n.startswith(wanted)}
        if not drawn:
            print(f"screens: none is called {' or '.join(wanted)}...", file=sys.stderr)
            return WRONG
        folder.mkdir(parents=True, exist_ok=True)
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
        print(f"{fault.screen}: {fault.rule}: {fault.what}", file=sys.stderr)
    print(f"{2 * len(drawn)} pictures in {folder}, {len(faults)} faults.")
    return FAULTY if faults else 0
