"""The house: its rooms, and which walls have no doors."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from launch.doors import DOORS

ROOT = Path(__file__).parents[2]
PACKAGES = ("backend_client", "bank", "biometrics", "kiosk", "launch", "protocol", "ui")
WITHOUT_QT = ("backend_client", "bank", "biometrics", "kiosk", "launch", "protocol")
FORBIDDEN_NAMES = {"utils", "common", "helpers", "core"}
LONGEST_MODULE_LINES = 500
MEDIAN_MODULE_LINES = 200


def modules(*packages: str) -> list[Path]:
    return sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_import_rules_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout
    assert "0 broken" in told.stdout


def test_all_but_the_screens_import_without_qt() -> None:
    # launch opens the windows: what it needs of Qt it takes from ui, when one is opened.
    # A program's first module and alembic's scripts run when they are imported.
    files = [file for file in modules(*WITHOUT_QT) if file.stem not in ("__main__", "env")]
    names = [name_of(file) for file in files if not file.stem[0].isdigit()]
    source = (
        "import importlib, sys\n"
        "sys.modules['PySide6'] = sys.modules['shiboken6'] = None\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
    )
    told = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(
    ("entered", "not_yet"),
    [
        # What is drawn first is drawn before the bank is talked to and before a finger is seen.
        (
            "launch.front_door, launch.demo, launch.demo_window, ui.app",
            {"pydantic", "numpy", "cv2", "requests", "cryptography", "Crypto", "psycopg"},
        ),
        # An operator's word at the shell needs no web server.
        ("launch.front_door, bank.cli", {"fastapi", "uvicorn", "numpy", "Crypto", "alembic"}),
        ("launch.front_door, bank.serve", {"cv2", "PIL", "numba", "alembic", "sqlalchemy"}),
        ("launch.front_door, kiosk.devices.cli", {"pydantic", "numpy", "cryptography"}),
    ],
)
def test_a_start_loads_nothing_heavy_that_it_needs_later(entered: str, not_yet: set[str]) -> None:
    source = f"import sys, {entered}\nprint(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not not_yet & set(told.stdout.split())


def test_every_door_has_its_module() -> None:
    for door in DOORS.values():
        path = ROOT.joinpath(*door.module.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file(), door


def test_no_room_is_called_after_nothing() -> None:
    for file in modules(*PACKAGES):
        assert not FORBIDDEN_NAMES & set(file.relative_to(ROOT).with_suffix("").parts), file


def test_modules_are_small() -> None:
    lengths = sorted(len(file.read_text("utf-8").splitlines()) for file in modules(*PACKAGES))
    assert lengths[-1] <= LONGEST_MODULE_LINES
    assert lengths[len(lengths) // 2] < MEDIAN_MODULE_LINES


def test_every_module_says_what_it_is_for() -> None:
    for file in modules(*PACKAGES):
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file


def test_random_is_for_tests() -> None:
    for file in modules(*PACKAGES):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert "random" not in {alias.name for alias in node.names}, file
            if isinstance(node, ast.ImportFrom):
                assert node.module != "random", file


def test_requirements_are_pinned_by_hash_and_name_no_registry() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text("ascii")
        assert not re.search(r"https?:|^--?\w*index", text, re.MULTILINE), file
        for package in re.split(r"\n(?=\w)", text.strip()):
            assert "==" in package.split("\n")[0], package
            assert "--hash=sha256:" in package, package


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts CPython's references")
def test_qt_calls_do_not_lose_references_to_none() -> None:
    # PySide6 6.12.0 on Python 3.10 and 3.11 loses one a call, and aborts after some 4,500.
    source = (
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "app = QCoreApplication([])\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(200):\n"
        "    app.processEvents()\n"
        "print(abs(sys.getrefcount(None) - before))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) < 50
