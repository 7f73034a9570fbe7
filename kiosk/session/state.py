"""Everything the session remembers, as frozen facts.

``State.screen`` is what the customer sees; ``task`` what is being done behind it and is not to be
seen. There is no PIN in here, only ``EnterPin.filled``, the count of its digits.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.operator.screens import Purpose
from kiosk.screens import (
    Account,
    EnterPin,
    Notes,
    PinUse,
    Problem,
    ProofShown,
    Screen,
    Shot,
    TransferReview,
    View,
    Wait,
    Withdraw,
    Work,
)

if TYPE_CHECKING:
    # The models bring pydantic along, which the first frame need not wait for.
    from kiosk.operator.draft import Draft
    from protocol.messages.finger import Factor1Answer
    from protocol.messages.operator import CountSheet
    from protocol.messages.signup import SignupTicket


@dataclass(frozen=True)
class Rules:
    """What config lays down for this machine. Sums in minor units of ``currency``."""

    currency: str
    notes_taken_minor: tuple[int, ...]
    quick_minor: tuple[int, ...]
    offered_minor: tuple[int, ...]
    withdraw_each_minor: int
    transfer_each_minor: int
    deposit_each_minor: int
    deposit_notes: int
    pin_digits_min: int = 4
    pin_digits_max: int = 12
    number_login: bool = True
    signup: bool = True
    impressions_least: int = 3
    """Good pictures of a finger that a sign-up needs, 1 to 3."""
    statement_lines: int = 6
    patience_s: float = 45.0
    typing_patience_s: float = 90.0
    answer_s: int = 30
    """Time to answer "do you need more time?": never under 20 s."""
    still_s: float = 3.0
    decision_s: float = 30.0
    device_s: float = 180.0
    goodbye_s: float = 4.0
    operator_patience_s: float = 180.0
    journal_lines: int = 7
    can_reboot: bool = False
    service_s: float = 2.0
    keep_s: float = 50.0
    """How often a session in use is refreshed at the bank, whose idle limit is 120 s."""

    def __post_init__(self) -> None:
        """Refuse a question nobody could answer in time."""
        if self.answer_s < 20:
            raise ValueError("a customer gets at least 20 s to ask for more time")


@dataclass(frozen=True)
class Service:
    """What the machine can do now, as polled from devices, journal and bank."""

    bank: bool = False
    servers: tuple[tuple[str, bool], ...] = ()
    reader: bool = True
    can_withdraw: bool = False
    can_deposit: bool = False
    receipts: bool = False
    payable: tuple[Notes, ...] = ()
    out_of_service: Problem | None = None
    reference: str = ""
    closed: bool = False
    """An operator has taken the machine out of service."""
    exchange: Purpose | None = None
    """The safe may be open, for this purpose."""
    pending: int = 0
    """Advices that the bank has not acknowledged."""


@dataclass(frozen=True)
class Limits:
    """What is left of the customer's limits today, in minor units."""

    withdraw_each_minor: int
    withdraw_left_minor: int
    transfer_left_minor: int


@dataclass(frozen=True)
class Login:
    """A session at the bank. ``session`` is its secret id, ``credential`` whom the PIN proves."""

    session: str = field(repr=False)
    credential: str = field(repr=False)
    first_name: str
    accounts: tuple[Account, ...]
    step_up_minor: int
    roles: tuple[str, ...] = ("customer",)
    finger: bool = True
    person: str = ""
    """The bank's id of the person, for what an operator approves."""


@dataclass(frozen=True)
class Customer:
    """Who is logged in, with the account that was chosen."""

    login: Login
    account: Account
    limits: Limits | None = None


@dataclass(frozen=True)
class Operator:
    """Who looks after the machine; never a customer at the same time."""

    login: Login


@dataclass(frozen=True)
class LoggingIn:
    """Between the first touch and the menu. ``template`` waits for a number to narrow it;
    ``advice`` is what would make the next picture better.
    """

    factor1: "Factor1Answer | None" = field(default=None, repr=False)
    template: bytes | None = field(default=None, repr=False)
    advice: str = ""


@dataclass(frozen=True)
class Withdrawing:
    """A sum was taken; ``chosen`` is the screen to go back to from the PIN."""

    chosen: Withdraw


@dataclass(frozen=True)
class Depositing:
    """The slot is or was open, with what came in so far.

    ``leaving``: the visit ends when the notes are returned. ``storing``: they were accepted.
    """

    counted: tuple[Notes, ...] = ()
    returned_count: int = 0
    leaving: bool = False
    storing: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class Transferring:
    """To whom, how much, what for, as far as it is known."""

    to: str = ""
    payee: Account | None = None
    amount_minor: int | None = None
    typed: str = ""
    text: str = ""
    review: TransferReview | None = None


@dataclass(frozen=True)
class Reading:
    """A statement; ``before`` are the cursors of the pages passed, the newest page first."""

    before: tuple[int | None, ...] = (None,)
    next_before: int | None = None


@dataclass(frozen=True)
class SigningUp:
    """A new customer. ``templates`` runs beside the good ones of ``shots``."""

    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sms: bool = False
    shots: tuple[Shot, ...] = ()
    templates: tuple[bytes, ...] = field(default=(), repr=False)
    reviewed: bool = False
    ticket: "SignupTicket | None" = field(default=None, repr=False)


@dataclass(frozen=True)
class Exchanging:
    """The safe is open. ``draft`` while the sheet is typed, ``sheet`` once it is durable.

    ``held_minor``: the open holds of this machine. ``first``: one person has approved the sheet;
    ``factor1`` is then the other's.
    """

    uid: str
    draft: "Draft"
    sheet: "CountSheet | None" = None
    held_minor: int = 0
    first: bool = False
    factor1: "Factor1Answer | None" = field(default=None, repr=False)


@dataclass(frozen=True)
class Browsing:
    """The journal is looked at; ``before`` are the cursors of the pages passed, newest first."""

    before: tuple[int | None, ...] = (None,)


Task = (
    LoggingIn
    | Withdrawing
    | Depositing
    | Transferring
    | Reading
    | SigningUp
    | Exchanging
    | Browsing
)


class Timer(StrEnum):
    """What a timer is for; of each at most one runs."""

    PATIENCE = "patience"  # nobody has touched anything for a while
    ANSWER = "answer"  # a second of the question "more time?" has passed
    STILL = "still"  # a wait has become long
    LIMIT = "limit"  # a wait has become too long
    SHOW = "show"  # goodbye has been seen
    SERVICE = "service"  # look at the machine and the bank again
    KEEP = "keep"  # refresh the session at the bank


@dataclass(frozen=True)
class State:
    """The session between two events.

    ``visit`` counts customers: it changes when one begins and when one ends. ``waiting`` is the
    number of the effect whose answer is awaited (0: none), ``reading`` that of the armed finger
    reading; numbers are never used twice, so a late answer fits nothing. ``committed``: money (or
    a new customer) may be in the bank's hands, so what was begun is brought to its end, without
    time-out and without Cancel; ``reference`` is its own as soon as the machine has told it.
    """

    rules: Rules
    screen: Screen = field(default_factory=lambda: Wait(Work.STARTING))
    service: Service = field(default_factory=Service)
    visit: int = 0
    last_number: int = 0
    waiting: int = 0
    reading: int = 0
    committed: bool = False
    reference: str = ""
    customer: Customer | None = None
    operator: Operator | None = None
    task: Task | None = None
    timers: tuple[tuple[Timer, int], ...] = ()
    asked_s: int | None = None
    proof: ProofShown | None = None

    def numbered(self) -> tuple["State", int]:
        """Return the state that has used up a fresh number, and the number."""
        number = self.last_number + 1
        return replace(self, last_number=number), number

    def at(self, screen: Screen) -> "State":
        """Return the state showing ``screen``."""
        return replace(self, screen=screen)


def view(state: State) -> View:
    """What is to be drawn."""
    return View(
        screen=state.screen,
        currency=state.rules.currency,
        more_time_s=state.asked_s,
        finger_key=state.reading,
        proof=state.proof,
        servers=state.service.servers,
    )


def pin_screen(
    rules: Rules,
    use: PinUse,
    *,
    tries_left: int | None = None,
    amount_minor: int | None = None,
    payee: str | None = None,
    problem: Problem | None = None,
) -> EnterPin:
    """An empty PIN entry."""
    return EnterPin(
        use=use,
        filled=0,
        minimum=rules.pin_digits_min,
        maximum=rules.pin_digits_max,
        tries_left=tries_left,
        amount_minor=amount_minor,
        payee=payee,
        problem=problem,
    )
