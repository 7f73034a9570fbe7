"""Plays a script against a running kiosk, as a person would: look, touch, wait."""

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Final

from kiosk import events as ev
from kiosk import screens as sc
from kiosk.devices.control import DeviceControl
from kiosk.headless.script import Line, NotReached, Restarting, notes_of
from kiosk.operator import screens as op
from kiosk.runner import KioskRunner

WAIT_S: Final = 40.0
"""Longest wait for a screen if nothing else is said: a decision takes 30 s at most."""
_LOOK_S: Final = 2.0

_LOOK_EVERY_S: Final = 0.02

_Kinds = tuple[type, ...]
_OPERATORS: Final[_Kinds] = (
    op.OperatorMenu,
    op.MachineCounts,
    op.SelfTest,
    op.JournalView,
    op.OperatorQuestion,
    op.SheetEntry,
    op.SheetReview,
    op.SecondPerson,
    op.ExchangeDone,
)
_ENDS: Final[_Kinds] = (
    sc.Success,
    sc.Failure,
    sc.Menu,
    sc.Welcome,
    sc.OutOfService,
    sc.Goodbye,
    *_OPERATORS,
)


class Player:
    """Sends a script's lines to ``runner``; ``emit`` takes each new screen as a line of JSON.

    ``control`` is the hand at simulated devices, None where there are none. Make the player before
    the runner is started.
    """

    def __init__(
        self,
        runner: KioskRunner,
        emit: Callable[[str], None],
        control: DeviceControl | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        self._wait_s = wait_s
        self._runner = runner
        self._emit = emit
        self._control = control
        self._changed = threading.Condition()
        self._screen: sc.Screen = runner.view().screen
        self._count = 0
        self._restarting = False
        runner.subscribe(self._seen)
        runner.on_restart(self._restart)

    def play(self, lines: Sequence[Line]) -> None:
        """Play all lines.

        Raises:
            NotReached: a line could not be carried out where the kiosk stood.
            Restarting: an operator has asked for a restart.
        """
        self._until((sc.Welcome, sc.OutOfService), "start")
        for line in lines:
            self._play(line)

    def _seen(self, view: sc.View) -> None:
        with self._changed:
            if view.screen == self._screen and self._count:
                return
            self._screen = view.screen
            self._count += 1
            self._emit(as_json(view))
            self._changed.notify_all()

    def _restart(self) -> None:
        with self._changed:
            self._restarting = True
            self._changed.notify_all()

    def _wait(self, left_s: float) -> None:
        """Wait for a change, holding the lock."""
        if not self._restarting:
            self._changed.wait(left_s)
        if self._restarting:
            raise Restarting("an operator starts the program again")

    def _until(
        self,
        kinds: _Kinds,
        what: str,
        more: Callable[[sc.Screen], bool] = lambda _screen: True,
    ) -> sc.Screen:
        end = time.monotonic() + self._wait_s
        with self._changed:
            while not (isinstance(self._screen, kinds) and more(self._screen)):
                left_s = end - time.monotonic()
                if left_s <= 0:
                    raise NotReached(f"{what}: the kiosk shows {self._screen!r}")
                self._wait(left_s)
            return self._screen

    def _send(self, *events: ev.UserEvent) -> None:
        for event in events:
            self._runner.send(event)

    def _play(self, line: Line) -> None:
        words = line.words
        match line.command:
            case "finger":
                waiting = (sc.Welcome, sc.Scanning, sc.Signup, sc.OutOfService, op.SecondPerson)
                self._until(waiting, str(line), _takes_fingers)
                self._offer(Path(words[0]), line)
            case "number":
                self._until((sc.Welcome, sc.Scanning, sc.EnterNumber), str(line))
                self._send(ev.UseNumber())
                self._until((sc.EnterNumber,), str(line))
                self._send(ev.NumberEntered(words[0]))
                self._until((sc.EnterPin, sc.EnterNumber, sc.Failure), str(line), _settled)
            case "pin":
                self._pin(words[0], line)
            case "withdraw":
                if self._choose_sum(line):
                    self._and_wait(ev.Confirm(), line)
                    self._finish((sc.EnterPin, *_ENDS), line)
            case "amount":
                self._choose_sum(line)
            case "deposit" | "return":
                if self._insert(line):
                    self._send(ev.Confirm() if line.command == "deposit" else ev.Cancel())
                    self._finish(_ENDS, line)
            case "insert":
                self._insert(line)
            case "finish":
                self._finish((sc.EnterPin, *_ENDS), line)
            case "await":
                self._await(Path(words[0]), line)
            case "transfer":
                self._transfer(line)
            case "signup":
                self._signup(line)
            case "operator":
                self._until((op.OperatorMenu,), str(line))
                self._and_wait(ev.Choose(words[0]), line)
                self._until(_OPERATORS, str(line))
            case "sheet":
                self._sheet(line)
            case "balance" | "statement":
                self._until((sc.Menu,), str(line))
                self._send(ev.Choose(line.command))
                self._until((sc.Balance, sc.Statement, sc.Failure), str(line))
            case "logout":
                self._send(ev.Finish())
                self._until((sc.Goodbye, sc.Welcome, sc.OutOfService), str(line))
            case "expect":
                self._expect(line)
            case "sleep":
                self._sleep(float(words[0]))
            case "take":
                self._hand(line).take()
            case "fault":
                self._hand(line).set_fault(None if words[0] == "none" else words[0])
            case "back" | "cancel" | "confirm":
                buttons: dict[str, ev.UserEvent] = {
                    "back": ev.Back(),
                    "cancel": ev.Cancel(),
                    "confirm": ev.Confirm(),
                }
                self._and_wait(buttons[line.command], line)

    def _and_wait(self, event: ev.UserEvent, line: Line) -> None:
        with self._changed:
            before = self._count
            self._send(event)
            if not self._changed.wait_for(lambda: self._count > before, self._wait_s):
                raise NotReached(f"{line}: the kiosk still shows {type(self._screen).__name__}")

    def _hand(self, line: Line) -> DeviceControl:
        if self._control is None:
            raise NotReached(f"{line}: there are no simulated devices")
        return self._control

    def _offer(self, picture: Path, line: Line) -> None:
        with self._changed:
            before = self._count
        self._runner.offer_picture(picture)
        self._until(
            (
                sc.EnterPin,
                sc.Scanning,
                sc.EnterNumber,
                sc.Signup,
                sc.Failure,
                sc.Welcome,
                op.SecondPerson,
                op.SheetReview,
            ),
            str(line),
            lambda screen: self._count > before and _settled(screen) and not _reading(screen),
        )

    def _pin(self, digits: str, line: Line) -> None:
        self._until((sc.EnterPin,), str(line))
        self._send(ev.PinClear(), *(ev.PinDigit(int(d)) for d in digits))
        # Every digit, or what the last ones change would be taken for the answer to Enter.
        self._until(
            (sc.EnterPin,),
            str(line),
            lambda s: isinstance(s, sc.EnterPin) and s.filled == min(len(digits), s.maximum),
        )
        self._and_wait(ev.PinEnter(), line)
        self._finish((sc.EnterPin, *_ENDS), line)

    def _finish(self, kinds: _Kinds, line: Line) -> None:
        """Wait for one of ``kinds``, taking what lies in a simulated tray on the way."""
        tray = (sc.TakeCash, sc.TakeBackNotes)
        screen = self._until((*kinds, *tray), str(line))
        if isinstance(screen, tray):
            if self._control is not None:
                self._control.take()
            self._until(kinds, str(line))

    def _await(self, file: Path, line: Line) -> None:
        end = time.monotonic() + self._wait_s
        while not file.exists():
            if time.monotonic() > end:
                raise NotReached(f"{line}: the file is not there")
            with self._changed:
                self._changed.wait(_LOOK_EVERY_S)

    def _choose_sum(self, line: Line) -> bool:
        """Go to the notes of a sum; False if the machine cannot pay it."""
        self._until((sc.Menu,), str(line))
        self._send(ev.Choose("withdraw"))
        self._until((sc.Withdraw, sc.Menu), str(line))
        self._send(ev.TypeAmount(line.words[0]))
        shown = self._until(
            (sc.Withdraw,),
            str(line),
            lambda s: isinstance(s, sc.Withdraw) and s.typed == line.words[0],
        )
        if len(line.words) > 1:
            self._send(ev.PickMix(sc.Mix(line.words[1])))
        return isinstance(shown, sc.Withdraw) and bool(shown.notes)

    def _insert(self, line: Line) -> bool:
        """Put notes in and have them counted; False if the slot did not open."""
        hand = self._hand(line)
        self._until((sc.Menu,), str(line))
        self._send(ev.Choose("deposit"))
        screen = self._until((sc.DepositInsert, sc.Failure, sc.Menu), str(line), _not_first_menu)
        if not isinstance(screen, sc.DepositInsert):
            return False
        for notes in notes_of(line):
            hand.insert(notes.denomination_minor, notes.count)
        with self._changed:
            # As customers do: they look whether their notes are counted before they go on.
            self._changed.wait_for(lambda: self._screen != screen, _LOOK_S)
        self._send(ev.NotesIn())
        return isinstance(self._until((sc.DepositReview, sc.Failure), str(line)), sc.DepositReview)

    def _transfer(self, line: Line) -> None:
        amount, _to, whom, _for, *text = line.words
        self._until((sc.Menu,), str(line))
        self._send(ev.Choose("transfer"))
        self._until((sc.TransferPayee,), str(line))
        self._send(ev.Text(whom))
        payee = self._until(
            (sc.TransferAmount, sc.TransferPayee, sc.Failure),
            str(line),
            lambda s: not isinstance(s, sc.TransferPayee) or s.problem is not None,
        )
        if not isinstance(payee, sc.TransferAmount):
            return
        self._send(ev.TypeAmount(amount), ev.Confirm())
        asked = self._until(
            (sc.TransferText, sc.TransferAmount),
            str(line),
            lambda s: not isinstance(s, sc.TransferAmount) or s.problem is not None,
        )
        if isinstance(asked, sc.TransferText):
            self._send(ev.Text(" ".join(text)))
            self._until((sc.TransferReview,), str(line))
            self._send(ev.Confirm())
            self._until((sc.EnterPin,), str(line))

    def _sheet(self, line: Line) -> None:
        """Type the fields in their order and go on, if the sheet is whole then."""
        self._until((op.SheetEntry,), str(line))
        for at, text in enumerate(line.words):
            self._send(ev.SheetField(at), ev.SheetText(text))
        typed = tuple(str(int(text)) for text in line.words)
        shown = self._until((op.SheetEntry,), str(line), lambda s: _texts(s)[: len(typed)] == typed)
        if isinstance(shown, op.SheetEntry) and shown.can_go_on:
            self._and_wait(ev.Confirm(), line)
            self._until(_OPERATORS, str(line))

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        with self._changed:
            while (left_s := end - time.monotonic()) > 0:
                self._wait(left_s)

    def _signup(self, line: Line) -> None:
        user_name, first, last, phone, pin, *pictures = line.words
        self._until((sc.Welcome,), str(line))
        self._send(
            ev.SignupStart(),
            ev.SignupField("user_name", user_name),
            ev.SignupField("first_name", first),
            ev.SignupField("last_name", last),
            ev.Confirm(),
            ev.SignupField("phone", phone),
            ev.Confirm(),
            ev.Confirm(),
        )
        self._until((sc.Signup,), str(line), lambda s: _step(s) == "fingers")
        for picture in pictures:
            self._offer(Path(picture), line)
        self._send(ev.Confirm(), ev.Confirm())
        begun = self._until(
            (sc.EnterPin, sc.Signup, sc.Failure),
            str(line),
            lambda s: not isinstance(s, sc.Signup) or bool(s.problem or s.problems),
        )
        if isinstance(begun, sc.EnterPin):
            self._new_pin(pin, sc.PinUse.NEW, line)
            self._new_pin(pin, sc.PinUse.REPEAT, line)
            self._until((sc.Success, sc.Failure, sc.Signup, sc.EnterPin), str(line))

    def _new_pin(self, digits: str, use: sc.PinUse, line: Line) -> None:
        self._until(
            (sc.EnterPin,), str(line), lambda s: isinstance(s, sc.EnterPin) and s.use is use
        )
        self._send(*(ev.PinDigit(int(d)) for d in digits))
        self._until(
            (sc.EnterPin,),
            str(line),
            lambda s: isinstance(s, sc.EnterPin) and s.filled == len(digits),
        )
        self._and_wait(ev.PinEnter(), line)

    def _expect(self, line: Line) -> None:
        kind, wanted = line.words[0], dict(w.split("=", 1) for w in line.words[1:])

        def there(screen: sc.Screen) -> bool:
            shown = {k: _word(v) for k, v in _fields(screen).items()}
            return type(screen).__name__ == kind and all(
                shown.get(key) == value for key, value in wanted.items()
            )

        self._until((object,), str(line), there)


def as_json(view: sc.View) -> str:
    """Return a view as one line: the screen's name and fields."""
    shown: dict[str, object] = {"screen": type(view.screen).__name__, **_fields(view.screen)}
    if view.more_time_s is not None:
        shown["more_time_s"] = view.more_time_s
    return json.dumps(shown, ensure_ascii=False)


def _fields(screen: sc.Screen) -> dict[str, object]:
    shown = dataclasses.asdict(screen)
    # What was seen of a finger is for the screen alone: these lines may end in a log.
    shown.pop("drawing", None)
    return shown


def _word(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def _settled(screen: sc.Screen) -> bool:
    return not isinstance(screen, sc.EnterNumber) or screen.problem is not None


def _texts(screen: sc.Screen) -> tuple[str, ...]:
    """A count sheet's fields in their order."""
    if not isinstance(screen, op.SheetEntry):
        return ()
    fill = screen.purpose == "replenish"
    lines = [(line.found, line.loaded) if fill else (line.found,) for line in screen.lines]
    return (*(text for line in lines for text in line), screen.bins)


def _takes_fingers(screen: sc.Screen) -> bool:
    return not isinstance(screen, sc.OutOfService) or screen.staff_problem is None


def _reading(screen: sc.Screen) -> bool:
    if isinstance(screen, op.SecondPerson):
        return screen.stage != "ready" or screen.problem is None
    if isinstance(screen, sc.Scanning):
        return screen.stage != "ready" or screen.problem is None
    return False


def _not_first_menu(screen: sc.Screen) -> bool:
    return not isinstance(screen, sc.Menu) or screen.problem is not None


def _step(screen: sc.Screen) -> str:
    return screen.step if isinstance(screen, sc.Signup) else ""
