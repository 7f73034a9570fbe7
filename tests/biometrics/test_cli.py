import json
from pathlib import Path

import pytest
from PIL import Image

import biometrics
from biometrics.synthetic import synthesise
from tests.biometrics.shell import fingerprint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fingers")
    for finger in (1, 2):
        for impression in (1, 2):
            picture = Image.fromarray(synthesise(finger, impression))
            picture.save(made / f"{finger}_{impression}.png")
    return made


def test_extract_prints_writes_and_draws(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, drawing = tmp_path / "a.iso", tmp_path / "a.png"
    assert fingerprint("extract", folder / "1_1.png", "--out", record, "--draw", drawing) == 0
    assert "minutiae" in capsys.readouterr().out
    count = len(biometrics.Template.from_iso(record.read_bytes()).minutiae)
    with Image.open(drawing) as drawn:
        assert drawn.size == (704, 832)
    assert fingerprint("extract", folder / "1_1.png", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["minutiae"]) == count
    assert fingerprint("match", record, folder / "1_2.png") == 0


def test_match_tells_by_its_exit_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fingerprint("match", folder / "1_1.png", folder / "1_2.png") == 0
    assert fingerprint("match", folder / "1_1.png", folder / "2_2.png", "--json") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["same"] is False


def test_evaluate_prints_rates_and_writes_them_with_curves(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "new" / "evaluation"
    assert fingerprint("evaluate", folder, "--out", made) == 0
    rates = json.loads(capsys.readouterr().out)
    assert json.loads((made / "evaluation.json").read_text()) == rates
    assert (rates["genuine_pairs"], rates["impostor_pairs"], rates["refused"]) == (2, 4, 0)
    assert (rates["engine"], rates["eer"]) == ("ridges", 0.0)
    for name in ("det", "scores", "discard"):
        with Image.open(made / f"{name}.png") as curve:
            assert curve.size == (760, 560)
            assert len(curve.getcolors(1 << 16) or ()) > 10


def test_bad_input_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, blank, record = tmp_path / "a.png", tmp_path / "white.png", tmp_path / "a.iso"
    text.write_text("no picture")
    Image.new("L", (300, 300), 255).save(blank)
    record.write_bytes(b"FMR\0 20\0 cut off")
    calls: list[tuple[object, ...]] = [
        ("extract", text),
        ("extract", blank),
        ("extract", tmp_path / "absent.png"),
        ("extract", tmp_path),
        ("extract", blank, "--dpi", 3),
        ("match", record, blank),
        ("evaluate", tmp_path / "absent"),
        ("evaluate", tmp_path),
    ]
    for call in calls:
        assert fingerprint(*call) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert "Traceback" not in captured.err
