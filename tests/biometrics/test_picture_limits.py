"""What a stranger's file may cost, and what the shell says of every kind of bad one."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from biometrics.synthetic import synthesise
from tests.biometrics.shell import fingerprint

ROOT = Path(__file__).parents[2]
MOST_BYTES = 100 * 1024 * 1024
DECODE = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from biometrics import BadPicture
from biometrics.pictures import decode, read
read(sys.argv[2])
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read(sys.argv[3])
except BadPicture as error:
    print(error, file=sys.stderr)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) * 1024)
"""


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells memory in kB")
@pytest.mark.parametrize(
    ("mode", "side"), [("L", 5000), ("RGB", 4000), ("RGBA", 4000), ("CMYK", 4000), ("P", 5000)]
)
def test_the_largest_pictures_stay_within_100_mb(mode: str, side: int, tmp_path: Path) -> None:
    small, large = tmp_path / "small.png", tmp_path / "large"
    small.write_bytes(png(Image.fromarray(synthesise(1, 0))))
    picture = Image.new(mode, (side, side), 0)
    picture.save(large, "TIFF" if mode == "CMYK" else "PNG", compression="tiff_lzw")
    done = subprocess.run(
        [sys.executable, "-c", DECODE, str(ROOT), str(small), str(large)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert int(done.stdout) <= MOST_BYTES, done.stderr


def bad_files(folder: Path) -> dict[str, Path]:
    finger = Image.fromarray(synthesise(1, 0))
    whole = png(finger)
    contents = {
        "animated": png(finger, save_all=True, append_images=[finger.rotate(9)]),
        "cut off": whole[: len(whole) // 2],
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        "document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "empty": b"",
        "moving": b"GIF89a" + bytes(200),
        "too many bytes": bytes(8 * 1024 * 1024 + 1),
        "text": b"no picture",
        "no finger": png(Image.new("L", (300, 300), 200)),
        "tiny": png(Image.new("L", (1, 1), 0)),
        "too wide": png(Image.new("L", (20_000, 2_000), 0)),
    }
    made = {}
    for name, content in contents.items():
        made[name] = folder / f"{name}.png"
        made[name].write_bytes(content)
    made["absent"] = folder / "absent.png"
    made["folder"] = folder
    return made


def said_once(capsys: pytest.CaptureFixture[str]) -> bool:
    captured = capsys.readouterr()
    sentence = captured.err.removeprefix("fingerprint: ").strip()
    return (
        captured.out == ""
        and captured.err.count("\n") == 1
        and "Traceback" not in captured.err
        and sentence[:1].isupper()
        and sentence.endswith(".")
    )


def test_every_kind_of_bad_file_is_a_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, path in bad_files(tmp_path).items():
        assert fingerprint("extract", path) == 2, name
        assert said_once(capsys), name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs, /dev or loops of links")
def test_pipes_devices_and_loops_of_links_are_a_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, loop, other = tmp_path / "pipe.png", tmp_path / "loop.png", tmp_path / "other.png"
    os.mkfifo(pipe)
    loop.symlink_to(other)
    other.symlink_to(loop)
    for path in (pipe, loop, Path("/dev/zero"), Path("/dev/null")):
        assert fingerprint("match", path, path) == 2, path
        assert said_once(capsys), path
