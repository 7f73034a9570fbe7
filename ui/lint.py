"""qmllint over all our QML, with the view models' types: `python -m ui.lint`."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from ui import qmltypes
from ui.engine import QML

ROOT = Path(__file__).parents[1]


def typed_modules() -> list[str]:
    """Names of all our modules that register types for QML."""
    return sorted(
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in (ROOT / "ui").rglob("*.py")
        if "\nQML_IMPORT_NAME" in file.read_text()
    )


def run() -> int:
    """Write the types to build/qmltypes and lint every QML file; 0 when nothing was found."""
    types = ROOT / "build" / "qmltypes"
    qmltypes.write([importlib.import_module(name) for name in typed_modules()], types)
    tool = Path(sys.executable).with_name("pyside6-qmllint")
    files = sorted(map(str, QML.rglob("*.qml")))
    command = [str(tool), "-W", "0", "-I", str(types), "-I", str(QML), *files]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run())
