import json

import pytest

from launch.errors import LaunchError
from launch.tour.report import Report, StepFailed


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
