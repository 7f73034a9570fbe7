"""`main.py readers` and `main.py fingerprint scan` as a person at a shell calls them."""

import argparse
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import biometrics
from biometrics.scanners import DRIVER_NAMES, cli
from biometrics.scanners.libfprint import reader as libfprint_reader
from biometrics.scanners.libfprint.known import KnownReader, known_readers, parse
from biometrics.scanners.libfprint.rights import RULES_FILE, rules
from biometrics.synthetic import synthesise
from tests.biometrics.scanners.benches import LibfprintBench
from tests.biometrics.shell import fingerprint

ROOT = Path(__file__).parents[3]
HWDB = """\
# Supported by libfprint driver uru4000
usb:v05BAp000A*
 ID_AUTOSUSPEND=1

# Supported by libfprint driver goodixmoc
usb:v27C6p5840*

# Known unsupported devices
usb:v04F3p0C00*
 ID_PERSIST=0
"""


def readers(*words: object) -> int:
    parser = argparse.ArgumentParser(prog="readers")
    cli.add_arguments(parser)
    return cli.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibfprintBench]:
    made = LibfprintBench(tmp_path, monkeypatch)
    yield made
    made.close()


def soon(act: threading.Thread) -> None:
    act.daemon = True
    act.start()


def test_readers_lists_every_driver_and_what_is_connected(
    bench: LibfprintBench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert readers("--virtual", "--json") == cli.EXIT_FOUND
    told = json.loads(capsys.readouterr().out)["drivers"]
    assert [one["driver"] for one in told] == list(DRIVER_NAMES)
    found = next(one for one in told if one["driver"] == "libfprint")["readers"]
    assert found[0] == {
        "device": "virtual_image 0",
        "name": "Virtual image device for debugging",
        "dpi": 500,
        "captures": True,
        "note": "the finger is swiped over it",
    }
    assert readers("--driver", "libfprint", "--virtual", "--device", found[0]["device"]) == 0
    assert "500 dpi, gives pictures" in capsys.readouterr().out


def test_no_reader_is_another_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert readers("--driver", "libfprint", "--device", "no such reader") == cli.EXIT_NONE
    assert readers("--device", "x") == cli.EXIT_BAD_USE
    assert "--driver" in capsys.readouterr().err


def test_a_known_reader_without_a_driver_is_named(
    bench: LibfprintBench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libfprint_reader, "known_readers", lambda: parse(HWDB))
    monkeypatch.setattr(libfprint_reader, "connected_ids", lambda: {("04f3", "0c00")})
    assert readers("--driver", "libfprint") == cli.EXIT_NONE
    assert "04f3:0c00, gives no pictures, libfprint has no driver" in capsys.readouterr().out


def test_the_doors_are_open(tmp_path: Path) -> None:
    """Through main.py itself, as the other tests call its modules."""
    out = subprocess.run(
        [sys.executable, "main.py", "readers", "--driver", "file", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (out.returncode, out.stderr) == (0, "")
    assert json.loads(out.stdout)["drivers"][0]["readers"][0]["captures"] is True


def test_scan_writes_the_finger_that_is_placed(
    bench: LibfprintBench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finger, file = synthesise(4, 0), tmp_path / "finger.png"

    def retry_then_place() -> None:
        bench.send(-1, 2)
        bench.socket.unlink()
        bench.place(finger)

    soon(threading.Thread(target=retry_then_place))
    told = ("--driver", "libfprint", "--virtual", "--out", file, "--json")
    assert fingerprint("scan", *told) == 0
    said = capsys.readouterr()
    assert "middle of your fingertip" in said.err
    height, width = finger.shape
    answer = json.loads(said.out)
    assert (answer["width"], answer["height"], answer["dpi"]) == (width, height, 500)
    with Image.open(file) as picture:
        assert round(float(picture.info["dpi"][0])) == 500
    written, placed = biometrics.extract(_gray(file)), biometrics.extract(finger)
    assert biometrics.match(written, placed) >= biometrics.THRESHOLD_FMR_0_01_PERCENT


def _gray(file: Path) -> "biometrics.arrays.Gray":
    from biometrics.pictures import read

    return read(file).gray


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--driver", "file", "--timeout-s", "0.1"), 1),
        (("--driver", "file", "--device", "nowhere"), 3),
        (("--driver", "serial", "--device", "nowhere"), 3),
        (("--driver", "libfprint", "--device", "no such reader"), 3),
    ],
)
def test_scan_says_in_a_line_why_there_is_no_picture(
    words: tuple[str, ...], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.png"
    assert fingerprint("scan", *words, "--out", file) == status
    lines = [line for line in capsys.readouterr().err.splitlines() if "Place a finger" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("fingerprint: ")
    assert not file.exists()


def test_scan_into_a_folder_that_is_not_there_is_bad_use(
    bench: LibfprintBench, tmp_path: Path
) -> None:
    soon(threading.Thread(target=lambda: bench.place(synthesise(4, 0))))
    away = tmp_path / "away" / "finger.png"
    assert fingerprint("scan", "--driver", "libfprint", "--virtual", "--out", away) == 2


def test_the_rule_names_readers_that_give_pictures() -> None:
    known = parse(HWDB)
    assert known == (
        KnownReader("05ba", "000a", "uru4000"),
        KnownReader("27c6", "5840", "goodixmoc"),
        KnownReader("04f3", "0c00", ""),
    )
    text = rules(known, "atm")
    assert text.count("SUBSYSTEM==") == 1
    assert 'ATTR{idVendor}=="05ba", ATTR{idProduct}=="000a", MODE="0660", GROUP="atm"' in text
    for group in ('x", RUN+="/bin/sh', "", "a b"):
        with pytest.raises(ValueError, match="group"):
            rules(known, group)
    assert ("05ba", "000a") in {(r.vendor, r.product) for r in known_readers([Path("nowhere")])}


def test_the_rule_is_shown_written_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert readers("--print") == 0
    shown = capsys.readouterr().out
    assert 'ATTR{idVendor}=="05ba"' in shown
    folder = tmp_path / "rules.d"
    assert readers("--install-rules", "--rules-folder", folder) == 0
    assert (folder / RULES_FILE).read_text() == shown
    assert stat.S_IMODE((folder / RULES_FILE).stat().st_mode) == 0o644
    assert "usermod -aG plugdev" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert readers("--install-rules", "--rules-folder", tmp_path / "file") == cli.EXIT_BAD_USE
    assert readers("--print", "--group", "a b") == cli.EXIT_BAD_USE


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="changes to another user")
def test_only_root_may_install_the_rule(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.biometrics.scanners.test_commands import readers\n"
        "os.setuid(65534)\n"
        "sys.exit(readers('--install-rules', '--rules-folder', sys.argv[2]))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert out.returncode == cli.EXIT_BAD_USE
    assert "only root may write" in out.stderr
    assert not list(tmp_path.iterdir())
