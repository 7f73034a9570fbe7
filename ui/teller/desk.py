"""What a teller can do, one blocking call each; run them on worker threads."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backend_client import Bank, OldPin
from protocol.encoding import b64url_decode, b64url_encode, canonical_json
from protocol.ids import new_uid
from protocol.messages.accounts import StatementAnswer
from protocol.messages.cases import CaseAnswer, CaseFinding, CasesAnswer
from protocol.messages.chains import ChainsAnswer, NewChain
from protocol.messages.enrolment import TerminalFinding, TerminalsAnswer
from protocol.messages.renewal import PinRenewed, PinReset
from protocol.messages.signup import Details, SignupAnswer
from protocol.messages.staff import Act, ActAnswer, CustomerAnswer, CustomerSearchAnswer
from ui.teller.fingers import Print

TerminalAct = Literal[
    "enrol_terminal", "refuse_terminal", "deny_terminal", "release_terminal", "deny_certificate"
]
STATEMENT_ROWS: Final = 12
PICTURES_MAX: Final = 3


class NotStaff(Exception):
    """The person is a customer, but not one who works here."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A teller who is signed in: session id and credential id as the bank gave them."""

    session: str
    account: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A branch's line to the bank. ``currency`` is that of the accounts opened here; ``now_ms``
    is the wall clock that uids are ordered by.
    """

    bank: Bank
    currency: str
    now_ms: Callable[[], int]

    def sign_in(self, finger: Print, number: str, pin: bytearray) -> Shift:
        """Open a teller's session by finger and PIN; a number narrows the search.

        Raises:
            BankError: the bank's no, or no bank.
            NotStaff: a customer without a teller's rights; the session is ended again.
        """
        factor1 = self.bank.identify(finger.template, number.strip() or None)
        login = self.bank.prove_login(factor1, pin)
        if "teller" not in login.roles:
            self.bank.logout(login.session)
            raise NotStaff
        return Shift(login.session, factor1.account, login.first_name)

    def stay(self, shift: Shift) -> None:
        """Keep the session from idling out while the desk is in use. Raises: BankError."""
        self.bank.stay(shift.session)

    def sign_out(self, shift: Shift) -> None:
        """End the session. Raises: BankError."""
        self.bank.logout(shift.session)

    def search(self, shift: Shift, text: str) -> CustomerSearchAnswer:
        """Find customers by the beginning of a name or number. Raises: BankError."""
        return self.bank.find_customers(shift.session, text.strip())

    def customer(self, shift: Shift, customer: str) -> CustomerAnswer:
        """Return details and accounts. Raises: BankError."""
        return self.bank.customer(shift.session, customer)

    def statement(self, shift: Shift, number: str, before: int | None) -> StatementAnswer:
        """Return postings older than entry ``before``, newest first. Raises: BankError."""
        return self.bank.staff_statement(shift.session, number, before=before, limit=STATEMENT_ROWS)

    def sign_up(self, details: Details, prints: Sequence[Print], pin: bytearray) -> SignupAnswer:
        """Make a customer with one to three impressions of one finger. Raises: BankError."""
        templates = [each.template for each in prints[:PICTURES_MAX]]
        ticket = self.bank.begin_signup(new_uid(self.now_ms()), details, templates)
        return self.bank.finish_signup(self.bank.register_pin(ticket, pin))

    def act(
        self,
        shift: Shift,
        what: Literal["open_account", "close_account"],
        customer: str,
        pin: bytearray,
        *,
        number: str | None = None,
        name: str | None = None,
    ) -> ActAnswer:
        """Open or close an account, with the teller's PIN proven over the act's exact bytes.

        Raises:
            BankError: the bank's no, or no bank. The act may have been done: look again.
        """
        act = Act(
            uid=new_uid(self.now_ms()),
            act=what,
            customer=customer,
            number=number,
            name=name,
            currency=self.currency if what == "open_account" else None,
            terminal=self.bank.identity.terminal_id,
            session=_session_hash(shift),
        )
        return self._prove(shift, act, pin)

    @property
    def terminal(self) -> str:
        """This desk, as the bank calls it."""
        return self.bank.identity.terminal_id

    def find_again(self, customer: CustomerAnswer, finger: Print) -> str:
        """Return the bank's record that this is `customer`'s finger. Raises: BankError."""
        return self.bank.identify(finger.template, customer.user_name).record

    def reset_pin(self, shift: Shift, customer: str, reset: PinReset, pin: bytearray) -> ActAnswer:
        """Ask that a customer may choose a new PIN, or agree to what another has asked.

        Raises:
            BankError: the bank's no, or no bank. The act may have been done: look again.
        """
        act = Act(
            uid=new_uid(self.now_ms()),
            act="reset_pin",
            customer=customer,
            reset=reset,
            terminal=self.terminal,
            session=_session_hash(shift),
        )
        return self._prove(shift, act, pin)

    def second_reset(
        self, finger: Print, number: str, customer: str, reset: PinReset, pin: bytearray
    ) -> ActAnswer:
        """Agree to a reset as a second person, who signs in for this alone.

        Raises:
            BankError, NotStaff: as `sign_in` and `reset_pin`.
        """
        shift = self.sign_in(finger, number, pin)
        try:
            return self.reset_pin(shift, customer, reset, pin)
        finally:
            self.sign_out(shift)

    def choose_pin(self, shift: Shift, customer: str, pin: bytearray) -> PinRenewed:
        """Put the customer's new PIN in force, once two people have agreed. Raises: BankError."""
        ticket = self.bank.reset_ticket(shift.session, customer)
        return self.bank.renew_pin(self.bank.prove_renewal(ticket, pin))

    def change_pin(
        self, customer: CustomerAnswer, finger: Print, old: bytearray, new: bytearray
    ) -> PinRenewed:
        """Put a new PIN in force for who knows the old one, in a session of the customer's own.

        Raises:
            BankError: the bank's no, or no bank.
        """
        factor1 = self.bank.identify(finger.template, customer.user_name)
        login = self.bank.prove_login(factor1, old)
        try:
            ticket = self.bank.begin_pin_change(login.session)
            renewal = self.bank.prove_renewal(ticket, new, OldPin(login.session, old))
            return self.bank.renew_pin(renewal)
        finally:
            self.bank.logout(login.session)

    def cases(self, shift: Shift, *, terminal: str | None, closed: bool) -> CasesAnswer:
        """Return suspended cases, the oldest first. Raises: BankError."""
        return self.bank.cases(shift.session, terminal=terminal, closed=closed)

    def case(self, shift: Shift, number: str) -> CaseAnswer:
        """Return a case with the ledger's side of it. Raises: BankError."""
        return self.bank.case(shift.session, number)

    def close_case(self, shift: Shift, finding: CaseFinding, pin: bytearray) -> ActAnswer:
        """Say what was found; the second person who finds the same closes the case.

        Raises:
            BankError: the bank's no, or no bank. The case may have been closed: look again.
        """
        act = Act(
            uid=new_uid(self.now_ms()),
            act="close_case",
            case=finding,
            terminal=self.bank.identity.terminal_id,
            session=_session_hash(shift),
        )
        return self._prove(shift, act, pin)

    def chains(self, shift: Shift) -> ChainsAnswer:
        """Return the machines whose journal the bank does not know. Raises: BankError."""
        return self.bank.chains(shift.session)

    def open_chain(self, shift: Shift, new: NewChain, pin: bytearray) -> ActAnswer:
        """Approve a machine's new chain; the second person who does lets it serve again.

        Raises:
            BankError: the bank's no, or no bank. It may have been approved: look again.
        """
        act = Act(
            uid=new_uid(self.now_ms()),
            act="open_chain",
            chain=new,
            terminal=self.bank.identity.terminal_id,
            session=_session_hash(shift),
        )
        return self._prove(shift, act, pin)

    def terminals(self, shift: Shift) -> TerminalsAnswer:
        """Return keys that wait to be enrolled, and all terminals. Raises: BankError."""
        return self.bank.staff_terminals(shift.session)

    def terminal_act(
        self, shift: Shift, what: TerminalAct, finding: TerminalFinding, pin: bytearray
    ) -> ActAnswer:
        """Enrol, refuse, deny or release another terminal, or deny one of its certificates.

        Raises:
            BankError: the bank's no, or no bank. The act may have been done: look again.
        """
        act = Act(
            uid=new_uid(self.now_ms()),
            act=what,
            machine=finding,
            terminal=self.bank.identity.terminal_id,
            session=_session_hash(shift),
        )
        return self._prove(shift, act, pin)

    def _prove(self, shift: Shift, act: Act, pin: bytearray) -> ActAnswer:
        body = canonical_json(act.model_dump(exclude_none=True))
        proof = self.bank.prove_body(shift.session, shift.account, "staff-act", body, pin)
        return self.bank.staff_act(shift.session, body, proof)


def _session_hash(shift: Shift) -> str:
    return b64url_encode(hashlib.sha256(b64url_decode(shift.session)).digest())
