"""What a screen shows: one frozen class a screen, facts only, no words.

The session (``kiosk.session``) owns one of these at any moment; ``ui`` turns it into sentences and
pictures, ``kiosk --headless`` prints it. Sums are minor units of the session's currency. Nothing
here holds a PIN, a template or a picture that must be kept secret.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from kiosk.operator.screens import OperatorScreen
from kiosk.problems import MoneyState as MoneyState
from kiosk.problems import Problem as Problem


class Mix(StrEnum):
    """Which notes to pay a sum in."""

    FEWEST = "fewest"
    MIXED = "mixed"
    SMALL = "small"


class PinUse(StrEnum):
    """Why the PIN is asked."""

    LOGIN = "login"
    CONFIRM = "confirm"
    NEW = "new"
    REPEAT = "repeat"
    APPROVE = "approve"  # an operator, what was counted
    SECOND = "second"  # another operator, the same


class Work(StrEnum):
    """What the machine is doing while the customer waits."""

    IDENTIFYING = "identifying"
    CHECKING_PIN = "checking_pin"
    READING_ACCOUNT = "reading_account"
    AUTHORISING = "authorising"
    COUNTING_OUT = "counting_out"
    COUNTING_IN = "counting_in"
    STORING = "storing"
    RETURNING_NOTES = "returning_notes"
    TRANSFERRING = "transferring"
    SIGNING_UP = "signing_up"
    STARTING = "starting"
    LOOKING = "looking"  # an operator has asked for something of the machine
    CLOSING_SAFE = "closing_safe"


@dataclass(frozen=True)
class Notes:
    """``count`` notes of one denomination."""

    denomination_minor: int
    count: int


@dataclass(frozen=True)
class Account:
    """An account of the customer, as a menu names it."""

    number: str
    name: str
    currency: str

    @property
    def last4(self) -> str:
        """The digits a screen may show."""
        return self.number[-4:]


@dataclass(frozen=True)
class Welcome:
    """The idle screen. Without a reader: number and PIN; without ``number_login``: finger only."""

    reader: bool
    number_login: bool
    signup: bool
    pays_minor: tuple[int, ...]
    takes_notes: bool
    receipts: bool
    problem: Problem | None = None


@dataclass(frozen=True)
class PrintMark:
    """A minutia at pixel ``x``, ``y``, pointing to ``direction_rad``, counter-clockwise."""

    x: int
    y: int
    direction_rad: float
    ending: bool


@dataclass(frozen=True, eq=False)
class PrintDrawing:
    """What the machine saw of the finger that lies there, for the screen alone, for that moment.

    ``ridges``: ``height`` rows of ``width`` bytes, 255 on a ridge's middle line, else 0. ``flow``:
    points on the finger with the ridges' orientation there, (x, y, rad). All in the same pixels.
    """

    width: int
    height: int
    ridges: bytes = field(repr=False)
    flow: tuple[tuple[int, int, float], ...] = field(repr=False)
    marks: tuple[PrintMark, ...] = field(repr=False)


@dataclass(frozen=True)
class Scanning:
    """A finger is being read, for login or for sign-up picture ``shot`` (1 to 3, 0 at login).

    ``advice``: what to do better, after a picture that was not good enough or not known; a value
    of ``biometrics.quality.Guidance``. ``number_login``: a number will do as well.
    """

    stage: Literal["ready", "finger", "reading", "lift"]
    progress: float | None
    shot: int = 0
    problem: Problem | None = None
    advice: str = ""
    drawing: PrintDrawing | None = None
    number_login: bool = True


@dataclass(frozen=True)
class EnterNumber:
    """An account number, user name or phone number is typed in place of a finger."""

    problem: Problem | None = None


@dataclass(frozen=True)
class EnterPin:
    """``filled`` digits are in; Enter works from ``minimum``. Never the digits themselves."""

    use: PinUse
    filled: int
    minimum: int = 4
    maximum: int = 12
    tries_left: int | None = None
    amount_minor: int | None = None
    payee: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class Menu:
    """What to do. ``quick_minor`` are sums that can be paid out right now."""

    first_name: str
    account: Account
    accounts: tuple[Account, ...]
    quick_minor: tuple[int, ...]
    can_withdraw: bool
    can_deposit: bool
    problem: Problem | None = None


@dataclass(frozen=True)
class Withdraw:
    """Choosing a sum; ``notes`` is what would be paid and Take works only if it is not empty."""

    account: Account
    offered_minor: tuple[int, ...]
    amount_minor: int | None
    typing: bool
    typed: str
    mix: Mix
    mixes: tuple[Mix, ...]
    notes: tuple[Notes, ...]
    left_today_minor: int | None
    max_minor: int
    smallest_minor: int
    problem: Problem | None = None


@dataclass(frozen=True)
class DepositInsert:
    """The slot is open; ``counted`` fills as notes come in."""

    account: Account
    accepts_minor: tuple[int, ...]
    max_minor: int
    max_notes: int
    counted: tuple[Notes, ...]
    returned_count: int
    problem: Problem | None = None


@dataclass(frozen=True)
class DepositReview:
    """All notes are counted and in escrow: store them, add more, or give them back."""

    account: Account
    counted: tuple[Notes, ...]
    total_minor: int
    returned_count: int


@dataclass(frozen=True)
class TakeBackNotes:
    """The notes that were put in lie in the tray."""

    counted: tuple[Notes, ...]
    seconds_left: int


@dataclass(frozen=True)
class TransferPayee:
    """To whom: number, user name or phone."""

    account: Account
    to: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class TransferAmount:
    """How much."""

    account: Account
    payee_name: str
    payee_last4: str
    typed: str
    amount_minor: int | None
    left_today_minor: int | None
    problem: Problem | None = None


@dataclass(frozen=True)
class TransferText:
    """What for: required, at most 140 characters."""

    account: Account
    payee_name: str
    payee_last4: str
    amount_minor: int
    text: str
    problem: Problem | None = None


@dataclass(frozen=True)
class TransferReview:
    """The last look before the PIN."""

    account: Account
    payee_name: str
    payee_last4: str
    amount_minor: int
    text: str


@dataclass(frozen=True)
class Balance:
    """Booked, reserved by open withdrawals, and free to use."""

    account: Account
    booked_minor: int
    held_minor: int
    available_minor: int


@dataclass(frozen=True)
class StatementLine:
    """One posting; ``amount_minor`` is negative for money out. ``date`` is ISO 8601."""

    date: str
    kind: str
    text: str
    counterparty: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """A page of postings, newest first."""

    account: Account
    lines: tuple[StatementLine, ...]
    page: int
    has_newer: bool
    has_older: bool
    held_minor: int


@dataclass(frozen=True)
class Wait:
    """Something takes a moment; ``still`` after 3 s, and then ``may_cancel`` unless money moves.
    ``drawing``: while a finger is looked up.
    """

    work: Work
    still: bool = False
    may_cancel: bool = False
    drawing: PrintDrawing | None = None


@dataclass(frozen=True)
class TakeCash:
    """Notes are presented."""

    amount_minor: int
    notes: tuple[Notes, ...]
    seconds_left: int


class Receipt(StrEnum):
    """How it stands with the paper receipt of a screen."""

    NONE = "none"  # there is no printer, or nothing to print
    OFFERED = "offered"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True)
class Success:
    """A movement is done. ``kind``: withdraw, deposit, transfer or signup."""

    kind: Literal["withdraw", "deposit", "transfer", "signup"]
    amount_minor: int
    reference: str
    account: Account | None
    payee_name: str = ""
    user_name: str = ""
    receipt: Receipt = Receipt.NONE


@dataclass(frozen=True)
class Failure:
    """A movement, or the session, ended badly: what, the money, and a reference if there is one."""

    problem: Problem
    money: MoneyState
    amount_minor: int
    reference: str
    back_to_menu: bool
    receipt: Receipt = Receipt.NONE


@dataclass(frozen=True)
class Shot:
    """A picture of the new customer's finger: quality 0 to 100, and what to do better."""

    quality: int
    good: bool
    advice: str


SignupStep = Literal["name", "contact", "optional", "fingers", "review"]


@dataclass(frozen=True)
class Signup:
    """A step of sign-up; ``values`` as typed, ``problems`` by field name. ``shots_least``: good
    pictures that are needed, of three.
    """

    step: SignupStep
    values: dict[str, str]
    problems: dict[str, Problem]
    sms: bool
    shots: tuple[Shot, ...]
    can_go_on: bool
    problem: Problem | None = None
    shots_least: int = 1


@dataclass(frozen=True)
class OutOfService:
    """The machine serves nobody; ``reason`` is for the operator's line."""

    reason: Problem
    reference: str
    since_notice: str = ""
    staff_problem: Problem | None = None
    """Why an operator cannot sign in just now."""


@dataclass(frozen=True)
class Goodbye:
    """A few seconds of thanks before the welcome screen."""

    first_name: str


Screen = (
    Welcome
    | Scanning
    | EnterNumber
    | EnterPin
    | Menu
    | Withdraw
    | DepositInsert
    | DepositReview
    | TakeBackNotes
    | TransferPayee
    | TransferAmount
    | TransferText
    | TransferReview
    | Balance
    | Statement
    | Wait
    | TakeCash
    | Success
    | Failure
    | Signup
    | OutOfService
    | Goodbye
    | OperatorScreen
)


@dataclass(frozen=True)
class ProofShown:
    """The last PIN proof, for the demo's panel: everything that crossed the wire, in hex."""

    purpose: str
    commitment: str
    challenge: str
    response: str
    verdict: Literal["accepted", "refused", "unanswered"]
    server: str
    bytes_sent: int


@dataclass(frozen=True)
class View:
    """All that ``ui`` draws: the screen, and over it the question whether more time is needed."""

    screen: Screen
    currency: str
    more_time_s: int | None = None
    """Seconds left to answer "Do you need more time?"; None when it is not asked."""
    finger_key: int = 0
    """Changes whenever a waiting scan begins, so that a picture is offered to the right one."""
    proof: ProofShown | None = None
    servers: tuple[tuple[str, bool], ...] = field(default=())
    """Name and health of each bank server as the client sees it."""
