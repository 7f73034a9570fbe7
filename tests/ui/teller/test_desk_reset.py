"""Resetting a customer's PIN at the desk's window: find, ask, a second person, a new PIN."""

import pytest
from PySide6.QtCore import QUrl

from backend_client.errors import NotIdentified
from protocol.messages.renewal import PinRenewed, ResetState
from protocol.messages.staff import ActAnswer
from tests.ui.teller.fake_desk import (
    FakeDesk,
    FakeFingers,
    press,
    settle,
    shots,
    signed_in,
    type_pin,
)
from tests.ui.teller.fake_desk import window as window
from ui.engine import load_fonts
from ui.teller.desk import NotStaff
from ui.teller.model import Teller

HERE = "TELLER-0001"


class ResettingDesk(FakeDesk):
    """A bank that keeps how far the reset is."""

    terminal = HERE

    def __init__(self):
        super().__init__()
        self.reset = None
        self.locked = True

    def customer(self, shift, customer):
        shown = super().customer(shift, customer)
        return shown.model_copy(update={"reset": self.reset, "pin_locked": self.locked})

    def find_again(self, customer, finger):
        self._called("find_again", customer.user_name, finger.template.decode())
        return "cmVjb3Jk"

    def _act(self, reset, mine, pin):
        self.pins.append((bytes(pin), pin))
        if self.refuse:
            return ActAnswer(
                uid="0" * 32, outcome="refused", reason=self.refuse, number=None, reference="R"
            )
        first = self.reset is None
        self.reset = ResetState(
            state="waiting" if first else "approved",
            found=reset.found,
            desk=reset.desk,
            mine=mine and first,
            until=1_763_000_000,
        )
        outcome = "waiting" if first else "done"
        return ActAnswer(uid="0" * 32, outcome=outcome, reason=None, number=None, reference="R")

    def reset_pin(self, shift, customer, reset, pin):
        self._called("reset_pin", customer, reset.found, reset.desk, reset.record)
        return self._act(reset, True, pin)

    def second_reset(self, finger, number, customer, reset, pin):
        self._called("second_reset", finger.template.decode(), number, reset.found, reset.record)
        return self._act(reset, False, pin)

    def choose_pin(self, shift, customer, pin):
        self.pins.append((bytes(pin), pin))
        self._called("choose_pin", customer)
        self.reset, self.locked = None, False
        return PinRenewed(at=1_763_000_000)

    def change_pin(self, customer, finger, old, new):
        self.pins += [(bytes(old), old), (bytes(new), new)]
        self._called("change_pin", customer.user_name, finger.template.decode())
        return PinRenewed(at=1_763_000_000)


@pytest.fixture
def desk():
    made = ResettingDesk()
    yield made
    made.error = None


@pytest.fixture
def teller(qapp, desk):
    load_fonts()
    return Teller(desk, FakeFingers(), brand="Meridian")


def picture(teller, name):
    teller.takePicture(QUrl.fromLocalFile(f"/pictures/{name}.png"))
    settle(teller)


def at_customer(teller):
    signed_in(teller)
    teller.open("c1")
    settle(teller)


def test_from_a_locked_pin_to_a_new_one_by_the_buttons(teller, desk, window):
    at_customer(teller)
    assert teller.pinLocked
    press(window, "resetPin")
    shots(window, "reset_find")
    picture(teller, "amara")
    assert teller.reset.found == "finger"
    type_pin(teller.pin)
    press(window, "confirmReset")
    settle(teller)
    assert ("reset_pin", "c1", "finger", HERE, "cmVjb3Jk") in desk.calls
    assert teller.reset.stage == "second"
    picture(teller, "bo")
    type_pin(teller.pin, "591738")
    shots(window, "reset_second")
    press(window, "confirmReset")
    settle(teller)
    assert ("second_reset", "bo.png", "", "finger", "") in desk.calls
    assert teller.reset.stage == "choose"
    type_pin(teller.pin, "730164")
    type_pin(teller.again, "730164")
    shots(window, "reset_choose")
    press(window, "confirmReset")
    settle(teller)
    assert desk.calls[-2:] == [("choose_pin", "c1"), ("customer", "c1")]
    assert (teller.reset.stage, teller.pinLocked) == ("", False)
    assert "in force" in teller.note
    assert [typed for typed, _ in desk.pins[-3:]] == [b"628401", b"591738", b"730164"]
    assert not any(any(buffer) for _, buffer in desk.pins)


def test_another_desk_agrees_in_its_own_session_and_does_not_choose(teller, desk, window):
    desk.reset = ResetState(
        state="waiting", found="passport", desk="TELLER-0002", mine=False, until=1_763_000_000
    )
    at_customer(teller)
    press(window, "resetPin")
    assert (teller.reset.stage, teller.reset.where) == ("agree", "TELLER-0002")
    shots(window, "reset_agree")
    type_pin(teller.pin)
    press(window, "confirmReset")
    settle(teller)
    assert ("reset_pin", "c1", "passport", "TELLER-0002", "") in desk.calls
    assert teller.reset.stage == "elsewhere"
    shots(window, "reset_elsewhere")
    press(window, "leaveReset")
    assert teller.reset.stage == ""


def test_a_document_in_place_of_the_finger(teller, desk, window):
    at_customer(teller)
    press(window, "resetPin")
    type_pin(teller.pin)
    press(window, "confirmReset")
    assert "by what you know" in teller.trouble
    press(window, "passport")
    type_pin(teller.pin)
    press(window, "confirmReset")
    settle(teller)
    assert ("reset_pin", "c1", "passport", HERE, "") in desk.calls


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("same_person", "Another member of staff"),
        ("own_pin", "own PIN"),
        ("finger_needed", "just now"),
        ("differs", "something else"),
    ],
)
def test_what_the_bank_refuses_is_said_in_words(teller, desk, window, reason, said):
    at_customer(teller)
    press(window, "resetPin")
    press(window, "passport")
    desk.refuse = reason
    type_pin(teller.pin)
    press(window, "confirmReset")
    settle(teller)
    assert said in teller.trouble
    assert teller.reset.stage == "find"
    assert (teller.reset.found == "") == (reason == "finger_needed")


@pytest.mark.parametrize("error", [NotIdentified("not_identified", "no"), NotStaff()])
def test_a_finger_that_is_not_whose_it_should_be(teller, desk, error):
    at_customer(teller)
    teller.resetPin()
    desk.error = error
    picture(teller, "somebody")
    assert teller.reset.found == ""
    assert teller.trouble


def test_two_new_pins_that_differ_and_one_that_is_easy_reach_no_bank(teller, desk, window):
    desk.reset = ResetState(
        state="approved", found="finger", desk=HERE, mine=False, until=1_763_000_000
    )
    at_customer(teller)
    press(window, "resetPin")
    for one, other, said in (("730164", "730165", "differ"), ("1234", "1234", "easy")):
        type_pin(teller.pin, one)
        type_pin(teller.again, other)
        press(window, "confirmReset")
        assert said in teller.trouble
        assert (teller.pin.filled, teller.again.filled) == (0, 0)
    assert not [call for call in desk.calls if call[0] == "choose_pin"]


def test_signing_out_leaves_the_reset_where_it_is(teller, desk, window):
    at_customer(teller)
    press(window, "resetPin")
    press(window, "passport")
    type_pin(teller.pin)
    teller.signOut()
    settle(teller)
    assert (teller.reset.stage, teller.reset.found, teller.pin.filled) == ("", "", 0)


def test_who_knows_the_pin_changes_it_without_a_second_person(teller, desk, window):
    desk.locked = False
    at_customer(teller)
    press(window, "changePin")
    picture(teller, "amara")
    type_pin(teller.old, "482915")
    type_pin(teller.pin, "730164")
    type_pin(teller.again, "730164")
    shots(window, "reset_change")
    press(window, "confirmReset")
    settle(teller)
    assert ("change_pin", "amara", "amara.png") in desk.calls
    assert [typed for typed, _ in desk.pins[-2:]] == [b"482915", b"730164"]
    assert not any(any(buffer) for _, buffer in desk.pins)
    assert (teller.reset.stage, teller.old.filled) == ("", 0)
    assert "in force" in teller.note


def test_a_change_without_a_finger_or_to_the_same_pin_reaches_no_bank(teller, desk, window):
    desk.locked = False
    at_customer(teller)
    for finger, said in ((False, "finger"), (True, "old PIN again")):
        press(window, "changePin")
        if finger:
            picture(teller, "amara")
        for entry in (teller.old, teller.pin, teller.again):
            type_pin(entry, "482915")
        press(window, "confirmReset")
        assert said in teller.trouble
        assert [entry.filled for entry in (teller.old, teller.pin, teller.again)] == [0, 0, 0]
        press(window, "leaveReset")
    assert not [call for call in desk.calls if call[0] == "change_pin"]
