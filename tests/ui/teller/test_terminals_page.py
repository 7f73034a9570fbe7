"""The page of terminals in the desk's window: what is shown, what is asked, what is sent."""

import pytest

from protocol.encoding import b64url_encode
from protocol.enrolment import characters
from protocol.messages.enrolment import (
    CertificateRow,
    EnrolmentRow,
    TerminalFinding,
    TerminalRow,
    TerminalsAnswer,
)
from protocol.messages.staff import ActAnswer
from tests.ui.teller.fake_desk import (
    FakeDesk,
    FakeFingers,
    drawn,
    press,
    settle,
    shots,
    signed_in,
    type_pin,
)
from ui.engine import load_fonts, take_down
from ui.teller.app import TellerWindow
from ui.teller.model import Teller

KEY = bytes(range(32))
NOW = 1_795_000_000


def certificate(state: str, first: int) -> CertificateRow:
    return CertificateRow(
        sha256=b64url_encode(bytes([first]) * 32),
        issued_at=NOW,
        not_after=NOW + 7_776_000,
        state=state,
    )


def waiting(name: str, **more: bool) -> EnrolmentRow:
    return EnrolmentRow.model_validate(
        {
            "key": b64url_encode(KEY),
            "terminal": name,
            "kind": "atm",
            "known": False,
            "address": "192.0.2.17",
            "asked_at": NOW,
            "heard_at": NOW,
            "approved": False,
            "approved_by_me": False,
        }
        | more
    )


ANSWER = TerminalsAnswer(
    waiting=(
        waiting("ATM-0002"),
        waiting("ATM-0003", known=True, approved=True),
        waiting("ATM-0004", approved=True, approved_by_me=True),
    ),
    terminals=(
        TerminalRow(
            terminal="ATM-0001",
            kind="atm",
            status="active",
            certificates=(certificate("good", 1), certificate("denied", 2), certificate("over", 3)),
            release_asked=False,
        ),
        TerminalRow(
            terminal="ATM-0007",
            kind="atm",
            status="denied",
            certificates=(certificate("good", 7),),
            release_asked=True,
        ),
        TerminalRow(
            terminal="TELLER-0001", kind="teller", status="active", certificates=(),
            release_asked=False,
        ),
    ),
    more=False,
)  # fmt: skip


class DeskOfTerminals(FakeDesk):
    outcome = "waiting"

    def terminals(self, shift):
        self._called("terminals")
        return ANSWER

    def terminal_act(self, shift, what, finding, pin):
        self.pins.append((bytes(pin), pin))
        self._called(what, finding)
        return ActAnswer(
            uid="0" * 32,
            outcome="refused" if self.refuse else self.outcome,
            reason=self.refuse,
            number=None,
            reference="4F7C-19A2",
        )


@pytest.fixture
def desk():
    return DeskOfTerminals()


@pytest.fixture
def teller(qapp, desk):
    load_fonts()
    return Teller(desk, FakeFingers(), brand="Meridian")


@pytest.fixture
def window(teller):
    shown = TellerWindow(teller, "Meridian")
    shown.show()
    signed_in(teller)
    press(shown, "terminals")
    settle(teller)
    yield shown
    take_down(shown)


def texts(window) -> list[str]:
    shown = []
    for item in drawn(window.rootObject()):
        if item.isVisible() and item.property("text"):
            shown.append(str(item.property("text")))
    return shown


def test_a_key_is_approved_with_its_characters_before_ones_eyes(teller, desk, window):
    assert characters(KEY) in texts(window)
    press(window, "approve")
    assert teller.terminals.act == "enrol_terminal"
    shots(window, "terminal_enrol")
    type_pin(teller.pin)
    press(window, "confirmTerminal")
    settle(teller)
    [call] = [call for call in desk.calls if call[0] == "enrol_terminal"]
    assert call[1] == TerminalFinding(terminal="ATM-0002", kind="atm", key=b64url_encode(KEY))
    assert desk.pins[-1][0] == b"628401"
    assert not any(desk.pins[-1][1]), "the PIN is wiped"
    assert "second member of staff" in teller.note
    assert desk.calls[-1] == ("terminals",), "looked at anew"


def test_whoever_has_approved_waits_for_another(teller, window):
    shots(window, "terminals")
    assert "You have approved it" in texts(window)
    assert "Approve as the second" in texts(window)


@pytest.mark.parametrize(
    ("button", "act"),
    [
        ("refuse", "refuse_terminal"),
        ("deny", "deny_terminal"),
        ("release", "release_terminal"),
        ("denyCertificate", "deny_certificate"),
    ],
)
def test_each_other_act_asks_for_the_pin_and_can_be_left(teller, desk, window, button, act):
    press(window, button)
    assert teller.terminals.act == act
    type_pin(teller.pin, "1234")
    press(window, "leaveTerminal")
    assert (teller.terminals.act, teller.pin.filled) == ("", 0)
    press(window, button)
    type_pin(teller.pin)
    desk.refuse = "same_person"
    press(window, "confirmTerminal")
    settle(teller)
    assert act in [call[0] for call in desk.calls]
    assert teller.trouble == "You have approved it already. Another member of staff must."


def test_nothing_of_it_stays_when_somebody_signs_out(teller, window):
    assert teller.terminals.waiting
    press(window, "customers")
    assert (teller.page, teller.terminals.waiting) == ("customers", [])
    press(window, "terminals")
    settle(teller)
    teller.signOut()
    settle(teller)
    assert (teller.page, teller.terminals.terminals) == ("signin", [])
