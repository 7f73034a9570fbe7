"""qmllint with the view models' types, and the binding that must not leak."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from ui import lint

ROOT = Path(__file__).parents[2]


def _lint(file: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("pyside6-qmllint")
    types = ROOT / "build" / "qmltypes"
    return subprocess.run(
        [str(tool), "-W", "0", "-I", str(types), "-I", str(lint.QML), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_qml_is_clean_with_the_types_of_the_view_models() -> None:
    assert lint.run() == 0


def test_the_linter_knows_the_types(tmp_path: Path) -> None:
    lint.run()
    for fact, fine in (("filled", True), ("digits", False)):
        file = tmp_path / f"{fact}.qml"
        file.write_text(
            "import QtQuick\nimport models\n"
            "Item {\n    id: root\n    required property EnterPinFacts pin\n"
            f"    property int count: root.pin.{fact}\n}}\n"
        )
        assert (_lint(file).returncode == 0) == fine


def test_every_call_into_qt_gives_back_its_reference_to_none(qapp: QGuiApplication) -> None:
    before = sys.getrefcount(None)
    for _ in range(200):
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < 50
