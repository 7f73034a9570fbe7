"""What a customer does at the machine, as functions over a stage.

All raise StepFailed, or the stage's NotShown.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk import events as do
from kiosk import screens as on
from kiosk.devices.control import DeviceControl
from launch.tour.people import Finger
from launch.tour.report import StepFailed

if TYPE_CHECKING:
    from ui.gallery.live import LiveStage

TAKE_S = 45.0


@dataclass(frozen=True)
class Person:
    """A customer of the tour."""

    user_name: str
    first_name: str
    last_name: str
    phone: str
    pin: str
    finger: Finger


@dataclass(frozen=True)
class LoginTimes:
    """Milliseconds of the machine's own: finger shown to PIN asked, PIN entered to menu."""

    finger_ms: int
    pin_ms: int


def ms_since(started_s: float) -> int:
    """Milliseconds from a monotonic time till now."""
    return int((time.monotonic() - started_s) * 1000)


def type_pin(stage: "LiveStage", pin: str) -> None:
    """Press the digits and wait until all are in."""
    stage.send(*(do.PinDigit(int(digit)) for digit in pin))
    stage.wait(on.EnterPin, lambda s: s.filled == len(pin))


def sign_up(stage: "LiveStage", person: Person, *, pictures: bool) -> on.Success:
    """From the welcome screen to the new account; with pictures of every screen, or none."""

    def keep(name: str) -> None:
        if pictures:
            stage.picture(name)

    stage.send(do.SignupStart())
    stage.wait(on.Signup, lambda s: s.step == "name")
    stage.keys(f"{person.first_name}\n{person.last_name}\n{person.user_name}")
    stage.wait(on.Signup, lambda s: s.can_go_on)
    keep("signup_name")
    stage.press("main")
    stage.wait(on.Signup, lambda s: s.step == "contact")
    stage.send(do.SignupSms(True))
    stage.keys(person.phone)
    stage.wait(on.Signup, lambda s: s.can_go_on and s.sms)
    keep("signup_contact")
    stage.press("main")
    stage.wait(on.Signup, lambda s: s.step == "optional")
    keep("signup_optional")
    stage.press("main")
    stage.wait(on.Signup, lambda s: s.step == "fingers")
    for number, picture in enumerate(person.finger.enrolled, start=1):
        stage.runner.offer_picture(picture)
        screen = _pictured(stage, number)
        if screen.problem is not None:
            raise StepFailed(f"{picture.name}: {screen.problem}")
    keep("signup_fingers")
    stage.send(do.Confirm())
    stage.wait(on.Signup, lambda s: s.step == "review")
    keep("signup_review")
    stage.send(do.Confirm())
    stage.wait(on.EnterPin, lambda s: s.use is on.PinUse.NEW)
    type_pin(stage, person.pin)
    keep("signup_pin")
    stage.send(do.PinEnter())
    stage.wait(on.EnterPin, lambda s: s.use is on.PinUse.REPEAT)
    type_pin(stage, person.pin)
    stage.send(do.PinEnter())
    done = stage.wait(on.Success, lambda s: s.kind == "signup")
    keep("signup_done")
    stage.send(do.Confirm())
    stage.wait(on.Welcome)
    return done


def _pictured(stage: "LiveStage", number: int) -> on.Signup:
    """The form once that many pictures are good, or one was not."""

    def over(screen: on.Signup) -> bool:
        return sum(shot.good for shot in screen.shots) == number or screen.problem is not None

    return stage.wait(on.Signup, over)


def show_finger(stage: "LiveStage", person: Person) -> int:
    """Show the login picture at the welcome screen; milliseconds until the PIN is asked."""
    started_s = time.monotonic()
    stage.runner.offer_picture(person.finger.login)
    stage.wait(on.EnterPin, lambda s: s.use is on.PinUse.LOGIN)
    return ms_since(started_s)


def log_in(
    stage: "LiveStage", person: Person, before_enter: Callable[[], None] = lambda: None
) -> LoginTimes:
    """Finger and PIN, to the menu."""
    finger_ms = show_finger(stage, person)
    type_pin(stage, person.pin)
    before_enter()
    started_s = time.monotonic()
    stage.send(do.PinEnter())
    stage.wait(on.Menu)
    return LoginTimes(finger_ms, ms_since(started_s))


def log_out(stage: "LiveStage") -> None:
    """From the menu to the welcome screen."""
    stage.send(do.Finish())
    stage.wait(on.Goodbye)
    stage.wait(on.Welcome)


def balance(stage: "LiveStage") -> int:
    """Look at the balance; what is free to use, in minor units."""
    stage.send(do.Choose("balance"))
    screen = stage.wait(on.Balance)
    return screen.available_minor


def to_menu(stage: "LiveStage") -> None:
    """Back to the menu from a screen that only shows something."""
    stage.send(do.Back())
    stage.wait(on.Menu)


def choose_sum(stage: "LiveStage", amount_minor: int) -> on.Withdraw:
    """Open the withdraw screen with a sum chosen and its notes shown."""
    stage.send(do.Choose("withdraw"))
    stage.wait(on.Withdraw, lambda s: s.left_today_minor is not None)
    stage.send(do.PickAmount(amount_minor))
    return stage.wait(on.Withdraw, lambda s: s.amount_minor == amount_minor and bool(s.notes))


def press_take(stage: "LiveStage") -> int:
    """Take; milliseconds until the notes are presented."""
    started_s = time.monotonic()
    stage.send(do.Confirm())
    stage.wait(on.TakeCash, timeout_s=40.0)
    return ms_since(started_s)


def take_notes(stage: "LiveStage", device: DeviceControl) -> on.Success:
    """Take the notes out of the tray."""
    device.take()
    return stage.wait(on.Success, lambda s: s.kind == "withdraw", TAKE_S)


def deposit(stage: "LiveStage", device: DeviceControl, notes: dict[int, int]) -> on.DepositReview:
    """Put notes in and close the slot; they are in escrow."""
    stage.send(do.Choose("deposit"))
    stage.wait(on.DepositInsert)
    total = sum(denomination * count for denomination, count in notes.items())
    for denomination, count in notes.items():
        device.insert(denomination, count)
    stage.wait(
        on.DepositInsert,
        lambda s: sum(n.denomination_minor * n.count for n in s.counted) == total,
    )
    stage.picture("deposit_insert")
    stage.send(do.NotesIn())
    return stage.wait(on.DepositReview, lambda s: s.total_minor == total)


def transfer(stage: "LiveStage", person: Person, to: str, amount: str, text: str) -> on.Success:
    """Transfer with the PIN asked again, every screen kept."""
    stage.send(do.Choose("transfer"))
    stage.wait(on.TransferPayee)
    stage.keys(to)
    stage.picture("transfer_payee")
    stage.press("main")
    stage.wait(on.TransferAmount)
    stage.send(do.TypeAmount(amount))
    stage.wait(on.TransferAmount, lambda s: s.amount_minor is not None)
    stage.picture("transfer_amount")
    stage.press("main")
    stage.wait(on.TransferText)
    stage.keys(text)
    stage.picture("transfer_text")
    stage.press("main")
    stage.wait(on.TransferReview)
    stage.picture("transfer_review")
    stage.press("main")
    stage.wait(on.EnterPin, lambda s: s.use is on.PinUse.CONFIRM)
    type_pin(stage, person.pin)
    stage.picture("transfer_pin")
    stage.send(do.PinEnter())
    return stage.wait(on.Success, lambda s: s.kind == "transfer")
