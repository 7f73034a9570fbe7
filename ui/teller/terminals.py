"""The page of terminals: keys that wait to be enrolled, terminals, and what is done with them."""

from datetime import UTC, datetime
from typing import Final, cast, get_args

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from protocol.encoding import b64url_decode
from protocol.enrolment import characters
from protocol.messages.enrolment import (
    CertificateRow,
    EnrolmentRow,
    TerminalFinding,
    TerminalRow,
    TerminalsAnswer,
)
from protocol.messages.staff import ActAnswer
from ui.teller import words
from ui.teller.desk import Desk, Shift, TerminalAct
from ui.teller.rows import Row
from ui.teller.seat import Seat

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

SHOWN_CERTIFICATES: Final = 3
HEX_DIGITS: Final = 12
_ACTS: Final[tuple[TerminalAct, ...]] = get_args(TerminalAct)


@QmlElement
class Terminals(QObject):
    """What the bank said last, and the act that the PIN is being asked for.

    ``act`` is one of the acts on terminals, or empty; ``of`` is the terminal it is about.
    """

    changed = Signal()

    def __init__(self, desk: Desk, seat: Seat) -> None:
        super().__init__(seat)
        self._desk = desk
        self._shift: Shift | None = None
        self._answer: TerminalsAnswer | None = None
        self._act: TerminalAct | None = None
        self._finding: TerminalFinding | None = None

    waiting = Property(
        list,
        lambda self: [self._waits(r) for r in self._answer.waiting] if self._answer else [],
        notify=changed,
    )
    terminals = Property(
        list,
        lambda self: [self._terminal(r) for r in self._answer.terminals] if self._answer else [],
        notify=changed,
    )
    more = Property(bool, lambda self: bool(self._answer and self._answer.more), notify=changed)
    act = Property(str, lambda self: self._act or "", notify=changed)
    of = Property(str, lambda self: self._finding.terminal if self._finding else "", notify=changed)
    spoken = Property(str, lambda self: self._spoken(), notify=changed)

    @property
    def _seat(self) -> Seat:
        # Not kept: in a circle both would be collected on whatever thread allocates.
        return cast(Seat, self.parent())

    def begin(self, shift: Shift) -> None:
        """Show what there is, for who is signed in."""
        self._shift = shift
        self.look()

    def forget(self) -> None:
        """Nobody is signed in any more."""
        self._shift = self._answer = None
        self._act = self._finding = None
        self.changed.emit()

    @Slot()
    def look(self) -> None:
        """Ask the bank anew."""
        if (shift := self._shift) is not None:
            self._seat.run(lambda: self._desk.terminals(shift), self._looked)

    @Slot(str, str, str, str, str)
    def ask(self, act: str, terminal: str, kind: str, key: str, certificate: str) -> None:
        """Ask for the PIN to an act; what it does not need is empty."""
        self._act = next((known for known in _ACTS if known == act), None)
        self._finding = TerminalFinding.model_validate(
            {
                "terminal": terminal,
                "kind": kind or None,
                "key": key or None,
                "certificate": certificate or None,
            }
        )
        self._seat.clear_pins()
        self._seat.say()
        self.changed.emit()

    @Slot()
    def giveUp(self) -> None:
        """Leave the question for the PIN."""
        self._act = self._finding = None
        self._seat.clear_pins()
        self.changed.emit()

    @Slot()
    def confirm(self) -> None:
        """The PIN is typed: do it."""
        shift, act, finding = self._shift, self._act, self._finding
        self._act = self._finding = None
        self.changed.emit()
        if shift is None or act is None or finding is None:
            self._seat.clear_pins()
            return
        self._seat.with_pin(
            lambda pin: self._desk.terminal_act(shift, act, finding, pin), self._acted
        )

    def _looked(self, answer: TerminalsAnswer) -> None:
        self._answer = answer
        self._seat.say(note=self._seat.note_now, trouble=self._seat.trouble_now)
        self.changed.emit()

    def _acted(self, answer: ActAnswer) -> None:
        if answer.outcome == "refused":
            self._seat.say(trouble=words.terminal_refusal(answer.reason))
        elif answer.outcome == "waiting":
            self._seat.say(note=self.tr("Noted. A second member of staff must approve it too."))
        else:
            self._seat.say(note=self.tr("Done. Every server knows within seconds."))
        self.look()

    def _spoken(self) -> str:
        finding = self._finding
        return characters(b64url_decode(finding.key)) if finding and finding.key else ""

    def _waits(self, row: EnrolmentRow) -> Row:
        return {
            "key": row.key,
            "terminal": row.terminal,
            "kind": row.kind,
            "known": row.known,
            "spoken": characters(b64url_decode(row.key)),
            "address": row.address,
            "asked": _at(row.asked_at),
            "heard": _at(row.heard_at),
            "approved": row.approved,
            "mine": row.approved_by_me,
        }

    def _terminal(self, row: TerminalRow) -> dict[str, object]:
        shown = row.certificates[:SHOWN_CERTIFICATES]
        return {
            "terminal": row.terminal,
            "kind": row.kind,
            "active": row.status == "active",
            "releaseAsked": row.release_asked,
            "certificates": [_certificate(one) for one in shown],
        }


def _certificate(row: CertificateRow) -> Row:
    return {
        "sha256": row.sha256,
        "shown": b64url_decode(row.sha256).hex()[:HEX_DIGITS],
        "until": f"{datetime.fromtimestamp(row.not_after, UTC):%Y-%m-%d}",
        "state": row.state,
    }


def _at(at_s: int) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC"
