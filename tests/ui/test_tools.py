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


def _screens(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), "screens", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_gallery_draws_the_screens_that_are_named(tmp_path: Path) -> None:
    drawn = _screens("goodbye", "--out", "pictures", cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    files = {file.name for file in (tmp_path / "pictures").iterdir()}
    assert "audit.json" in files
    assert {name.removesuffix("_contrast.png") for name in files if "_contrast" in name}
    assert all(name.startswith(("goodbye", "audit")) for name in files)


def test_a_screen_that_is_none_and_help_write_nothing(tmp_path: Path) -> None:
    assert _screens("nosuch", cwd=tmp_path).returncode == 2
    assert _screens("--help", cwd=tmp_path).returncode == 0
    assert not list(tmp_path.iterdir())
