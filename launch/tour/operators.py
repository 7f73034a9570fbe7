"""What operators do at the machine: look, count, have a second one approve, close and open."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import events as do
from kiosk import screens as on
from kiosk.devices.control import DeviceControl
from kiosk.operator import screens as op
from launch.tour import visits
from launch.tour.report import Report, StepFailed

if TYPE_CHECKING:
    from ui.gallery.live import LiveStage

FIRST, SECOND = "olga", "omar"
CLOSE_S = 45.0


class Crew:
    """The demo's operators: their pictures, each shown once, and their PINs."""

    def __init__(self, data: Path) -> None:
        rows = json.loads((data / "demo" / "customers.json").read_text("utf-8"))
        self._people = {row["user_name"]: row for row in rows}
        self._pictures = {
            name: [data / file for file in row["fingers"][3:]] for name, row in self._people.items()
        }

    def show(self, stage: "LiveStage", name: str) -> None:
        """Show a finger and type the PIN, up to Enter."""
        stage.runner.offer_picture(self._pictures[name].pop(0))
        stage.wait(on.EnterPin, lambda s: s.use in (on.PinUse.LOGIN, on.PinUse.SECOND))
        visits.type_pin(stage, self._people[name]["pin"])

    def type_pin(self, stage: "LiveStage", name: str) -> None:
        """Type the PIN that is asked for."""
        visits.type_pin(stage, self._people[name]["pin"])


def look_after(
    report: Report, stage: "LiveStage", data: Path, device: DeviceControl, bins: str
) -> None:
    """An operator's visit with every screen kept; ``bins``: major units that lie in the bins."""
    crew = Crew(data)
    with report.step("operator: log in, counts"):
        crew.show(stage, FIRST)
        stage.send(do.PinEnter())
        stage.wait(op.OperatorMenu)
        stage.picture("operator_menu")
        _look(stage, "counts", op.MachineCounts, "operator_counts")
    with report.step("operator: self-test") as said:
        stage.send(do.Choose("self_test"))
        test = stage.wait(op.SelfTest)
        stage.picture("operator_self_test")
        bad = [check.part.value for check in test.checks if check.verdict is op.Verdict.BAD]
        if bad:
            raise StepFailed(f"the self-test finds {', '.join(bad)}")
        said.append(f"{len(test.checks)} parts")
        stage.send(do.Back())
        stage.wait(op.OperatorMenu)
    with report.step("operator: journal"):
        _look(stage, "journal", op.JournalView, "operator_journal")
    with report.step("operator: replenish, two approve") as said:
        said.append(_replenish(stage, crew, device, bins))
    with report.step("operator: out of service, and back"):
        _switch(stage, "out_of_service")
        stage.send(do.Finish())
        stage.wait(on.OutOfService, lambda s: s.staff_problem is None)
        stage.picture("operator_out_of_service")
        crew.show(stage, FIRST)
        stage.send(do.PinEnter())
        stage.wait(op.OperatorMenu, lambda s: s.closed)
        _switch(stage, "in_service")
        stage.send(do.Finish())
        stage.wait(on.Welcome)


def _look(stage: "LiveStage", what: str, screen: type, picture: str) -> None:
    stage.send(do.Choose(what))
    stage.wait(screen)
    stage.picture(picture)
    stage.send(do.Back())
    stage.wait(op.OperatorMenu)


def _switch(stage: "LiveStage", act: str) -> None:
    stage.send(do.Choose(act))
    stage.wait(op.OperatorQuestion)
    stage.picture(f"operator_ask_{act}")
    stage.send(do.Confirm())
    stage.wait(op.OperatorMenu, lambda s: s.closed == (act == "out_of_service"))


def _replenish(stage: "LiveStage", crew: Crew, device: DeviceControl, bins: str) -> str:
    """Count what is there, fill every cassette to 2,000 notes."""
    stage.send(do.Choose("replenish"))
    stage.wait(op.SheetEntry)
    texts = [text for each in device.status().cassettes for text in (str(each.count), "2000")]
    for at, text in enumerate((*texts, bins)):
        stage.send(do.SheetField(at), do.SheetText(text))
        if at == 1:
            stage.wait(op.SheetEntry, lambda s: s.lines[0].loaded == "2000")
            stage.picture("operator_sheet")
    stage.wait(op.SheetEntry, lambda s: s.can_go_on)
    stage.send(do.Confirm())
    review = stage.wait(op.SheetReview)
    stage.picture("operator_review")
    if review.difference_minor:
        raise StepFailed(f"counted and booked differ by {review.difference_minor}")
    stage.send(do.Confirm())
    stage.wait(on.EnterPin, lambda s: s.use is on.PinUse.APPROVE)
    crew.type_pin(stage, FIRST)
    stage.picture("operator_approve")
    stage.send(do.PinEnter())
    stage.wait(op.SecondPerson)
    stage.picture("operator_second")
    crew.show(stage, SECOND)
    stage.send(do.PinEnter())
    done = stage.wait(op.ExchangeDone, timeout_s=CLOSE_S)
    stage.picture("operator_done")
    stage.send(do.Confirm())
    stage.wait(op.OperatorMenu, lambda s: s.exchange is None)
    return f"{done.found_minor} minor counted, {done.loaded_minor} loaded"
