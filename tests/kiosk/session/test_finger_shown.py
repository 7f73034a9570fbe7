"""What the customer sees of the finger that is read: a drawing for that moment, and advice."""

from dataclasses import replace

import pytest

from biometrics.extraction.extract import look
from biometrics.synthetic import synthesise
from kiosk.events import Confirm, SignupField, SignupStart, TouchStart
from kiosk.scanning.drawing import drawing_of
from kiosk.screens import EnterPin, PrintDrawing, Problem, Scanning, Signup, Wait
from kiosk.session import answers as a
from kiosk.session.state import State
from tests.kiosk.session.world import FACTOR1, RULES, Desk


@pytest.fixture(scope="module")
def drawing() -> PrintDrawing:
    return drawing_of(look(synthesise(8, 1)))


def test_the_drawing_holds_lines_and_marks_but_no_picture(drawing: PrintDrawing) -> None:
    assert (drawing.width, drawing.height) == (352, 416)
    assert len(drawing.ridges) == 352 * 416
    assert set(drawing.ridges) == {0, 255}
    assert len(drawing.marks) > 12
    assert all(0 <= x < 352 and 0 <= y < 416 for x, y, _ in drawing.flow)
    assert "ridges" not in repr(drawing)


def test_the_drawing_is_shown_until_the_bank_has_answered_and_then_gone(
    drawing: PrintDrawing,
) -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerStage, "lift", None, drawing)
    assert desk.show(Scanning).drawing is drawing
    desk.answer(a.FingerRead, b"template", 80)
    assert desk.show(Wait).drawing is drawing
    desk.answer(a.Identified, FACTOR1)
    desk.show(EnterPin)
    assert not holds(desk.state, drawing)


def holds(state: State, drawing: PrintDrawing) -> bool:
    return "PrintDrawing" in repr(state) or any(
        getattr(each, "drawing", None) is drawing for each in vars(state).values()
    )


@pytest.mark.parametrize("problem", [Problem.FINGER_NOT_KNOWN, Problem.FINGER_POOR])
def test_a_finger_that_is_not_known_comes_with_advice(problem: Problem) -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerRead, b"template", 44, "too-dry")
    desk.answer(a.CallFailed, problem)
    assert desk.screen == Scanning("ready", None, 0, problem, "too-dry")


def test_a_poor_picture_at_login_comes_with_advice() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerFailed, Problem.FINGER_POOR, 9, "wipe")
    assert desk.screen == Scanning("ready", None, 0, Problem.FINGER_POOR, "wipe")


def test_a_sign_up_needs_as_many_good_pictures_as_the_bank_says() -> None:
    desk = Desk(rules=replace(RULES, impressions_least=3))
    desk.send(
        SignupStart(),
        SignupField("user_name", "dina"),
        SignupField("first_name", "Dina"),
        SignupField("last_name", "Haddad"),
        Confirm(),
        SignupField("phone", "+49 151 1000-0009"),
        Confirm(),
        Confirm(),
    )
    for number, wanted in ((1, False), (2, False), (3, True)):
        desk.answer(a.FingerRead, bytes([number]), 80, "good")
        screen = desk.show(Signup)
        assert (screen.can_go_on, screen.shots_least) == (wanted, 3)
        if not wanted:
            assert desk.send(Confirm()) == replace(screen, problem=Problem.FINGER_POOR)
