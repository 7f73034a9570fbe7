"""What a person does at the machine: the verbs ``ui`` and a headless script send the session.

Events from devices and from the bank are the session's own (``kiosk.session``).
"""

from dataclasses import dataclass, field

from kiosk.screens import Mix, SignupStep


@dataclass(frozen=True)
class TouchStart:
    """Start reading a finger (a reader starts by itself; the demo by a picture). Out of service:
    an operator's.
    """


@dataclass(frozen=True)
class UseNumber:
    """Number and PIN instead of a finger."""


@dataclass(frozen=True)
class NumberEntered:
    """The number, user name or phone as typed."""

    text: str


@dataclass(frozen=True)
class PinDigit:
    """One digit, 0 to 9. The session passes it to the PIN entry and keeps only the count."""

    digit: int = field(repr=False)


@dataclass(frozen=True)
class PinBackspace:
    """Take back one digit."""


@dataclass(frozen=True)
class PinClear:
    """Take back all digits."""


@dataclass(frozen=True)
class PinEnter:
    """The PIN is complete."""


@dataclass(frozen=True)
class ForgotPin:
    """The customer does not know the PIN."""


@dataclass(frozen=True)
class Choose:
    """From the menu: withdraw, deposit, transfer, balance or statement; from an operator's: counts,
    replenish, balance, self_test, journal, out_of_service, in_service, restart, reboot or give_up.
    """

    what: str


@dataclass(frozen=True)
class QuickAmount:
    """From the menu: opens the withdraw screen with the sum chosen."""

    amount_minor: int


@dataclass(frozen=True)
class SelectAccount:
    """Another of the customer's accounts."""

    number: str


@dataclass(frozen=True)
class PickAmount:
    """One of the sums offered."""

    amount_minor: int


@dataclass(frozen=True)
class TypeAmount:
    """The typed sum, whole major units or with a decimal point; empty opens the pad."""

    text: str


@dataclass(frozen=True)
class PickMix:
    """Which notes."""

    mix: Mix


@dataclass(frozen=True)
class Confirm:
    """The screen's one main button: Take, Store, Continue, Send, OK."""


@dataclass(frozen=True)
class AddMore:
    """Deposit: put in more notes."""


@dataclass(frozen=True)
class NotesIn:
    """Deposit: no more notes are coming, count what is there."""


@dataclass(frozen=True)
class Text:
    """A typed line: payee, or purpose of a transfer."""

    text: str


@dataclass(frozen=True)
class Older:
    """Statement: the page before in time."""


@dataclass(frozen=True)
class Newer:
    """Statement: the page after in time."""


@dataclass(frozen=True)
class SignupStart:
    """Welcome: become a customer."""


@dataclass(frozen=True)
class SignupField:
    """One field as typed: user_name, first_name, last_name, phone, email, address, and so on."""

    name: str
    value: str


@dataclass(frozen=True)
class SignupSms:
    """Whether text messages are wanted."""

    wanted: bool


@dataclass(frozen=True)
class SignupGoTo:
    """From the review, back to a step."""

    step: SignupStep


@dataclass(frozen=True)
class DropShot:
    """Take back a picture of the finger, 1 to 3."""

    shot: int


@dataclass(frozen=True)
class SheetField:
    """Count sheet: type into this field, counted from the first cassette on."""

    at: int


@dataclass(frozen=True)
class SheetText:
    """Count sheet: the field's digits as typed."""

    text: str


@dataclass(frozen=True)
class Back:
    """One screen back, where nothing is committed."""


@dataclass(frozen=True)
class Cancel:
    """Give up what was begun; at the menu: finish."""


@dataclass(frozen=True)
class Touched:
    """Any touch or key that has no event of its own: somebody is there."""


@dataclass(frozen=True)
class MoreTime:
    """Yes, more time."""


@dataclass(frozen=True)
class PrintReceipt:
    """A movement has ended: print its receipt."""


@dataclass(frozen=True)
class Finish:
    """Log out."""


UserEvent = (
    TouchStart
    | UseNumber
    | NumberEntered
    | PinDigit
    | PinBackspace
    | PinClear
    | PinEnter
    | ForgotPin
    | Choose
    | QuickAmount
    | SelectAccount
    | PickAmount
    | TypeAmount
    | PickMix
    | Confirm
    | AddMore
    | NotesIn
    | Text
    | Older
    | Newer
    | SignupStart
    | SignupField
    | SignupSms
    | SignupGoTo
    | DropShot
    | SheetField
    | SheetText
    | Back
    | Cancel
    | Touched
    | MoreTime
    | PrintReceipt
    | Finish
)
