import json

import pytest

from launch.errors import LaunchError
from launch.tour.report import Report, StepFailed, make_way


def test_a_tour_without_steps_is_not_as_it_must_be():
    assert not Report("synthetic").ok


@pytest.mark.parametrize("failure", [StepFailed("no cash"), LaunchError("no bank")])
def test_a_failed_step_is_written_down_and_spoils_the_tour(tmp_path, failure):
    report = Report("synthetic")
    with report.step("start"):
        pass
    with pytest.raises(type(failure)), report.step("withdraw"):
        raise failure
    report.write(tmp_path)
    written = json.loads((tmp_path / "summary.json").read_text())
    assert written["ok"] is False
    assert [step["ok"] for step in written["steps"]] == [True, False]
    assert str(failure) in written["steps"][1]["detail"]


def test_the_summary_has_the_figures_operators_look_for(tmp_path):
    report = Report("synthetic", finger_to_menu_ms=700, failover_wait_ms=300, frozen_wait_ms=2050)
    with report.step("all"):
        pass
    report.write(tmp_path)
    written = json.loads((tmp_path / "summary.json").read_text())
    assert written["ok"] is True
    assert (written["fingers"], written["finger_to_menu_ms"]) == ("synthetic", 700)
    assert (written["failover_wait_ms"], written["frozen_wait_ms"]) == (300, 2050)
    assert {"name", "ok", "ms", "detail"} <= written["steps"][0].keys()


def test_a_tour_makes_way_only_in_a_folder_of_its_own(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "wedding.png").write_bytes(b"dear")
    with pytest.raises(LaunchError, match="other things"):
        make_way(photos)
    assert (photos / "wedding.png").exists()
    out = tmp_path / "new" / "tour"
    make_way(out)
    Report("synthetic").write(out)
    (out / "welcome.png").write_bytes(b"old")
    (out / "notes.txt").write_text("mine")
    make_way(out)
    assert not (out / "welcome.png").exists()
    assert (out / "notes.txt").exists()
    with pytest.raises(LaunchError, match="kept in"):
        make_way(out / "notes.txt")
