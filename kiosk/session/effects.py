"""What a step asks the runner to do. Nothing here is done by the session itself.

An effect with a ``number`` is answered by an event of ``kiosk.session.answers`` with that number.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.operator.screens import Purpose
from kiosk.receipts.slip import Slip
from kiosk.screens import Account, Notes
from kiosk.session.state import Login

if TYPE_CHECKING:
    # The models bring pydantic along, which the first frame need not wait for.
    from kiosk.operator.draft import Draft
    from protocol.messages.finger import Factor1Answer
    from protocol.messages.operator import CountSheet
    from protocol.messages.signup import SignupTicket


@dataclass(frozen=True)
class StartTimer:
    """Send ``TimerRang(number)`` after ``after_s`` seconds."""

    number: int
    after_s: float


@dataclass(frozen=True)
class StopTimer:
    """Forget the timer."""

    number: int


@dataclass(frozen=True)
class ReadFinger:
    """Read a finger and make a template; ``shot`` as in ``screens.Scanning``."""

    number: int
    shot: int


@dataclass(frozen=True)
class StopReading:
    """End the reading of that number; it answers no more."""

    number: int


@dataclass(frozen=True)
class Identify:
    """Ask the bank who it is; ``typed`` narrows the search to one customer."""

    number: int
    template: bytes = field(repr=False)
    typed: str | None = field(repr=False)


@dataclass(frozen=True)
class LookUp:
    """Ask the bank for the credential behind what was typed."""

    number: int
    typed: str = field(repr=False)


@dataclass(frozen=True)
class PutDigit:
    """Append a digit to the PIN entry."""

    digit: int = field(repr=False)


@dataclass(frozen=True)
class TakeDigit:
    """Remove the last digit of the PIN entry."""


@dataclass(frozen=True)
class WipePin:
    """Overwrite the PIN entry with zeros."""


@dataclass(frozen=True)
class WipeAllPins:
    """Overwrite the PIN entry and a new PIN that was kept."""


@dataclass(frozen=True)
class ProveLogin:
    """Take the PIN out of the entry and prove it; it is wiped at a definite answer."""

    number: int
    visit: int
    factor1: "Factor1Answer" = field(repr=False)


@dataclass(frozen=True)
class KeepNewPin:
    """Take the new PIN out of the entry, to be typed once more; refuse an easy one."""

    number: int


@dataclass(frozen=True)
class MatchNewPin:
    """Compare the entry with the new PIN that was kept; if they differ, wipe both."""

    number: int


@dataclass(frozen=True)
class EndSession:
    """Log out at the bank."""

    login: Login


@dataclass(frozen=True)
class ReadLimits:
    """Ask what is left of today's limits; it also keeps the bank's session awake."""

    visit: int
    login: Login
    account: Account


@dataclass(frozen=True)
class ReadBalance:
    """Ask for the balance."""

    number: int
    login: Login
    account: Account


@dataclass(frozen=True)
class ReadStatement:
    """Ask for ``lines`` postings older than entry ``before`` (None: the newest)."""

    number: int
    login: Login
    account: Account
    before: int | None
    lines: int


@dataclass(frozen=True)
class FindPayee:
    """Ask whose account that is."""

    number: int
    login: Login
    to: str


@dataclass(frozen=True)
class PayOut:
    """Withdraw in ``notes``. ``with_pin``: the PIN is taken out of the entry and proven."""

    number: int
    visit: int
    login: Login
    account: Account
    amount_minor: int
    notes: tuple[Notes, ...]
    with_pin: bool


@dataclass(frozen=True)
class OpenSlot:
    """Deposit: ask the bank whether notes may be taken, and open the slot."""

    number: int
    login: Login
    account: Account


@dataclass(frozen=True)
class CountNotes:
    """Close the slot and count what is in escrow."""

    number: int


@dataclass(frozen=True)
class ReopenSlot:
    """Open the slot for more notes."""

    number: int


@dataclass(frozen=True)
class StoreNotes:
    """Store what is in escrow and credit it."""

    number: int


@dataclass(frozen=True)
class ReturnNotes:
    """Give back what is in the slot and in escrow; close the slot."""

    number: int


@dataclass(frozen=True)
class SendMoney:
    """Transfer. The PIN is taken out of the entry and proven over the order."""

    number: int
    visit: int
    login: Login
    account: Account
    payee: Account
    amount_minor: int
    text: str


@dataclass(frozen=True)
class BeginSignup:
    """Hand details and templates to the bank, for a ticket."""

    number: int
    values: tuple[tuple[str, str], ...] = field(repr=False)
    sms: bool
    templates: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class FinishSignup:
    """Register the new PIN that was kept; the customer exists then."""

    number: int
    visit: int
    ticket: "SignupTicket" = field(repr=False)


@dataclass(frozen=True)
class Print:
    """Print a receipt; answered by ``ReceiptEnded``."""

    visit: int
    slip: Slip = field(repr=False)


@dataclass(frozen=True)
class KeepOperator:
    """Keep an operator's session at the bank awake."""

    visit: int
    login: Login


@dataclass(frozen=True)
class ReadCounts:
    """Read the device's storage, and the journal since the last exchange."""

    number: int


@dataclass(frozen=True)
class RunSelfTest:
    """Look at every part of the machine."""

    number: int


@dataclass(frozen=True)
class ReadJournal:
    """Read ``lines`` records before sequence number ``before`` (None: the newest)."""

    number: int
    before: int | None
    lines: int


@dataclass(frozen=True)
class OpenSafe:
    """Begin an exchange, or go on with the one that is open."""

    number: int
    login: Login
    purpose: Purpose


@dataclass(frozen=True)
class KeepSheet:
    """Make the count sheet durable, with what the ledger has now."""

    number: int
    login: Login
    uid: str
    draft: "Draft"


@dataclass(frozen=True)
class Approve:
    """The operator approves the sheet; the PIN is taken out of the entry and proven."""

    number: int
    visit: int
    login: Login
    sheet: "CountSheet"


@dataclass(frozen=True)
class ApproveAsSecond:
    """Another operator signs in, approves the sheet and signs out, by one PIN entry.

    ``first``: the bank's id of who must not be the same.
    """

    number: int
    visit: int
    factor1: "Factor1Answer" = field(repr=False)
    first: str
    sheet: "CountSheet"


@dataclass(frozen=True)
class CloseSafe:
    """Put the machine back to work as ``people`` have approved, and book it."""

    number: int
    people: tuple[str, ...]


@dataclass(frozen=True)
class GiveUpExchange:
    """Put the machine back to work with its own counts."""

    number: int


@dataclass(frozen=True)
class ServeCustomers:
    """Take the machine out of service, or back into it."""

    number: int
    person: str
    closed: bool


@dataclass(frozen=True)
class Restart:
    """End the program so that it is started again, or start the computer again."""

    number: int
    person: str
    reboot: bool


@dataclass(frozen=True)
class ReadService:
    """Look at devices, journal and bank; answered by ``ServiceRead``."""


Effect = (
    StartTimer
    | StopTimer
    | ReadFinger
    | StopReading
    | Identify
    | LookUp
    | PutDigit
    | TakeDigit
    | WipePin
    | WipeAllPins
    | ProveLogin
    | KeepNewPin
    | MatchNewPin
    | EndSession
    | ReadLimits
    | ReadBalance
    | ReadStatement
    | FindPayee
    | PayOut
    | OpenSlot
    | CountNotes
    | ReopenSlot
    | StoreNotes
    | ReturnNotes
    | SendMoney
    | BeginSignup
    | FinishSignup
    | Print
    | KeepOperator
    | ReadCounts
    | RunSelfTest
    | ReadJournal
    | OpenSafe
    | KeepSheet
    | Approve
    | ApproveAsSecond
    | CloseSafe
    | GiveUpExchange
    | ServeCustomers
    | Restart
    | ReadService
)
TakesPin = (ProveLogin, KeepNewPin, MatchNewPin, PayOut, SendMoney, Approve, ApproveAsSecond)
"""Effects after which the PIN entry is empty (``PayOut`` only with ``with_pin``)."""
