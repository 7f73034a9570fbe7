"""The bank as a terminal sees it: one blocking, typed call for each thing it can be asked.

Calls run on the caller's thread (never the UI's) and may be made from several at once. They return
the bank's message or raise one of ``backend_client.errors``; only ``submit`` reports an outcome
instead. Session ids, credential ids and records are passed on as the bank gave them.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote, urlencode

import requests
from pydantic import ValidationError

from backend_client.attempt import Payload, Silence
from backend_client.bank_time import BankTime
from backend_client.errors import (
    BankAway,
    NotEnrolled,
    NotFound,
    RequestRefused,
    TerminalDenied,
)
from backend_client.est import ISSUERS, RENEW, Wait, ask_any, issued_pair, request_for
from backend_client.exchange import (
    ATTEMPT_S,
    IDENTIFY_ATTEMPT_S,
    Clock,
    Reply,
    Rules,
    exchange,
    payload,
)
from backend_client.identity import TerminalIdentity
from backend_client.key_pair import drop_next_key, keep_certificate, next_key, settle
from backend_client.outcomes import DECISION_S, Decision, Unknown, submit
from backend_client.policy import Policy
from backend_client.problems import error_of
from backend_client.proving import OldPin, OnProof, Prover
from backend_client.servers import Server, ServerHealth, Servers
from backend_client.tls import client_context, server_session
from backend_client.witness import HeadWitness
from protocol.encoding import b64url_encode
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, PayeeRequest, StatementAnswer
from protocol.messages.cases import CaseAnswer, CasesAnswer
from protocol.messages.chains import ChainsAnswer
from protocol.messages.enrolment import TerminalsAnswer
from protocol.messages.fields import Message
from protocol.messages.finger import Factor1Answer, IdentifyRequest, LookupRequest
from protocol.messages.money import DepositCheckAnswer, DepositCheckRequest
from protocol.messages.operator import CashAnswer
from protocol.messages.pin import LoginAnswer, PinProof, Purpose
from protocol.messages.renewal import PinRenewal, PinRenewed
from protocol.messages.signup import (
    Details,
    SignupAnswer,
    SignupBegin,
    SignupFinish,
    SignupTicket,
)
from protocol.messages.staff import (
    ActAnswer,
    ActRequest,
    CustomerAnswer,
    CustomerSearchAnswer,
)
from protocol.messages.terminal import HelloAnswer, HelloRequest, Problem

M = TypeVar("M", bound=Message)


class Nothing(Message):
    """An answer without content: ``{}``."""


@dataclass(frozen=True, slots=True)
class BankSettings:
    """Where the bank is and who this terminal is.

    ``identity_folder`` holds ``cert.pem`` and ``key.pem``, ``trust_file`` the bank's CA,
    ``bank_time_file`` is made at need. ``servers`` are in the order of preference.
    """

    servers: Sequence[Server]
    identity_folder: Path
    trust_file: Path
    bank_time_file: Path
    realm: str
    policy: Policy = Policy.PRIMARY
    clock: Clock = field(default_factory=Clock)


class Bank:
    """A terminal's line to its bank. Close it when done."""

    def __init__(self, settings: BankSettings) -> None:
        """Load identity and trust and start watching the servers. Nothing is sent yet but probes.

        Raises:
            IdentityUnusable: see ``TerminalIdentity.load``, ``client_context`` and ``BankTime``.
        """
        self._settings = settings
        with contextlib.suppress(OSError):
            # Where it cannot be: a complete next pair is used from where it lies.
            settle(settings.identity_folder)
        self.identity = TerminalIdentity.load(settings.identity_folder)
        self._bank_time = BankTime(
            settings.bank_time_file, int(self.identity.not_before.timestamp())
        )
        self._clock = settings.clock
        self._refused: type[TerminalDenied] | None = None
        self._witness = HeadWitness(settings.bank_time_file.with_name("ledger_heads.jsonl"))
        self._servers = Servers(
            settings.servers,
            settings.policy,
            self._sessions(self.identity),
            settings.clock.now,
            settings.clock.jitter,
        )
        self._prover = self._prover_of(self.identity)
        self._servers.watch()

    def _sessions(self, identity: TerminalIdentity) -> Callable[[], requests.Session]:
        context = client_context(identity, self._settings.trust_file)
        return lambda: self._witness.watch(server_session(context, self._bank_time))

    def _prover_of(self, identity: TerminalIdentity) -> Prover:
        return Prover(
            self._servers,
            self._clock,
            self._settings.realm,
            identity.terminal_id,
            identity.certificate_hash,
        )

    def __enter__(self) -> Self:
        """Return this bank, to be closed at the end of the block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Stop watching the servers and close idle connections."""
        self._servers.close()

    def latest_time_s(self) -> int:
        """The latest time the bank has told, in seconds of Unix time; it never goes back."""
        return self._bank_time.latest_s()

    def health(self) -> tuple[ServerHealth, ...]:
        """Return each server's health, in the order of preference."""
        return self._servers.health()

    def denied(self) -> bool:
        """Return whether the bank has taken this terminal out of service, until hello succeeds."""
        return self._refused is not None or self.must_enrol()

    def must_enrol(self) -> bool:
        """Return whether the terminal's certificate is over or denied."""
        over = self.identity.not_after.timestamp() < self._bank_time.latest_s()
        return over or self._refused is NotEnrolled

    # The terminal's next certificate

    def renewal_due(self, at_s: float = 0.0) -> bool:
        """Return whether two thirds of the certificate's time have passed.

        By the bank's time, or by ``at_s`` (Unix seconds) where that is later.
        """
        begins, ends = self.identity.not_before, self.identity.not_after
        due = begins + (ends - begins) * 2 / 3
        return due.timestamp() <= max(self._bank_time.latest_s(), at_s) and not self.must_enrol()

    def renew(self) -> None:
        """Get a certificate for a new key, and keep both; ``change_over`` takes them up.

        Raises:
            BankError: the bank's no, no bank, or an answer that is not the bank's.
            OSError: the disk does not take it.
        """
        folder, identity = self._settings.identity_folder, self.identity
        key = next_key(folder)
        asked = [partial(self._servers.send, i, timeout_s=ATTEMPT_S) for i in self._servers.order()]
        request = request_for(RENEW, key, identity.subject)
        try:
            leaves = ask_any(asked, request)
        except RequestRefused:
            # Such as a key that had a certificate which ended meanwhile.
            drop_next_key(folder)
            raise
        issuers = ask_any(asked, payload("GET", ISSUERS))
        if isinstance(leaves, Wait) or isinstance(issuers, Wait):
            raise BankAway("the bank has not decided about the next certificate")
        leaf, issuer = issued_pair(
            leaves, issuers, key.public_key(), identity.terminal_id, self._settings.trust_file
        )
        keep_certificate(folder, leaf, issuer)

    def newer_identity(self) -> TerminalIdentity | None:
        """Return the identity on disk where it is not the one in use. Raises: IdentityUnusable."""
        found = TerminalIdentity.load(self._settings.identity_folder)
        return None if found.certificate_hash == self.identity.certificate_hash else found

    def change_over(self, identity: TerminalIdentity) -> None:
        """Show another certificate from now on. Only where no session is open: it is bound to one.

        Raises:
            IdentityUnusable: its files cannot be loaded; nothing has changed.
        """
        self._servers.change_sessions(self._sessions(identity))
        self.identity = identity
        self._prover = self._prover_of(identity)
        self._refused = None

    # At boot and at close of business

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Exchange chain heads and open holds; ends every session of this terminal.

        Raises:
            TerminalDenied: it has been taken out of service.
        """
        answer = self._call(payload("POST", "/v1/hello", request), HelloAnswer)
        self._refused = None
        self._bank_time.advance(answer.bank_time)
        return answer

    # Who stands there

    def identify(self, template: bytes, number: str | None = None) -> Factor1Answer:
        """Find the customer of an ISO/IEC 19794-2 template; ``number`` narrows it to one.

        Raises:
            NotIdentified, NumberNeeded, ProbeReplayed, TooManyTries: the bank's no.
            NotFound: ``number`` can be nobody's.
        """
        if number is not None:
            _check_typed(number)
        body = IdentifyRequest(template=b64url_encode(template), number=number)
        rules = Rules(attempt_s=IDENTIFY_ATTEMPT_S)
        return self._call(payload("POST", "/v1/identify", body), Factor1Answer, rules)

    def lookup(self, number: str) -> Factor1Answer:
        """Return the credential behind a number; unknown numbers get one too.

        Raises:
            NotFound: ``number`` can be nobody's.
        """
        _check_typed(number)
        return self._call(
            payload("POST", "/v1/lookup", LookupRequest(number=number)), Factor1Answer
        )

    def prove_login(
        self, factor1: Factor1Answer, pin: bytearray, on_proof: OnProof | None = None
    ) -> LoginAnswer:
        """Prove the PIN and open a session: ``Prover.login``. Takes at most 30 s."""
        return self._prover.login(factor1, pin, on_proof)

    def prove_body(
        self,
        session: str,
        account: str,
        purpose: Purpose,
        body: bytes,
        pin: bytearray,
        on_proof: OnProof | None = None,
    ) -> PinProof:
        """Prove the PIN over an order's or act's bytes: ``Prover.over_body``."""
        return self._prover.over_body(session, account, purpose, body, pin, on_proof)

    def logout(self, session: str) -> None:
        """End a session; ending it twice is no error."""
        self._call(payload("DELETE", "/v1/session", session=session), Nothing)

    def stay(self, session: str) -> None:
        """Keep a session from idling out; it ends at its absolute time all the same.

        Raises:
            SessionEnded: it is over.
        """
        self._call(payload("GET", "/v1/session", session=session), Nothing)

    # What a customer reads

    def balance(self, session: str, number: str) -> BalanceAnswer:
        """Return booked, held and available money of an account, and what limits leave."""
        path = f"/v1/accounts/{quote(number, safe='')}/balance"
        answer = self._call(payload("GET", path, session=session), BalanceAnswer)
        self._bank_time.advance(answer.as_of)
        return answer

    def statement(
        self, session: str, number: str, *, before: int | None = None, limit: int = 20
    ) -> StatementAnswer:
        """Return up to ``limit`` postings older than entry ``before`` (None: the newest)."""
        path = f"/v1/accounts/{quote(number, safe='')}/statement"
        return self._page(session, path, before, limit)

    def payee(self, session: str, to: str) -> PayeeAnswer:
        """Return whose account a number, user name or phone number is.

        Raises:
            NotFound: nobody's.
        """
        _check_typed(to)
        request = payload("POST", "/v1/payees", PayeeRequest(to=to), session)
        return self._call(request, PayeeAnswer)

    def check_deposit(self, session: str, request: DepositCheckRequest) -> DepositCheckAnswer:
        """Ask whether notes may be taken, before any note is."""
        return self._call(
            payload("POST", "/v1/deposits/check", request, session), DepositCheckAnswer
        )

    # Money

    def submit(
        self, jws: bytes, pin: PinProof | None = None, deadline_s: float = DECISION_S
    ) -> Decision:
        """Send complete signed bytes (any kind of movement) until the bank's decision is known.

        Raises:
            BadEncoding: ``jws`` is no signed request; nothing was sent.
        """
        decision = submit(self._servers, self._clock, jws, pin, deadline_s)
        if not isinstance(decision, Unknown):
            self._bank_time.advance(decision.outcome.decided_at)
        return decision

    # Sign-up

    def begin_signup(self, uid: str, details: Details, templates: Sequence[bytes]) -> SignupTicket:
        """Hand in details and one to three templates of one finger; the same uid repeats.

        Raises:
            UserNameTaken, FingerTaken, FingersDiffer, FingerPoor: the bank's no.
        """
        body = SignupBegin(uid=uid, details=details, templates=tuple(map(b64url_encode, templates)))
        rules = Rules(attempt_s=IDENTIFY_ATTEMPT_S)
        return self._call(payload("POST", "/v1/signup/begin", body), SignupTicket, rules)

    def register_pin(
        self, ticket: SignupTicket, pin: bytearray, on_proof: OnProof | None = None
    ) -> SignupFinish:
        """Make the verifier of a new PIN: ``Prover.register``."""
        return self._prover.register(ticket, pin, on_proof)

    def finish_signup(self, finish: SignupFinish) -> SignupAnswer:
        """Make the customer; the same message again gives the stored answer."""
        return self._call(payload("POST", "/v1/signup/finish", finish), SignupAnswer)

    # A new PIN

    def begin_pin_change(self, session: str) -> SignupTicket:
        """Return the ticket with which the session's own customer, in by finger, chooses a PIN.

        Raises:
            TooManyTries: several were begun and left.
        """
        return self._call(payload("POST", "/v1/pin/change", session=session), SignupTicket)

    def reset_ticket(self, session: str, customer: str) -> SignupTicket:
        """Return the ticket for a reset that two members of staff approved for this desk.

        Raises:
            NotFound: they have not, or its time is over.
            TooManyTries: several were begun and left.
        """
        path = f"/v1/staff/customers/{quote(customer, safe='')}/pin-ticket"
        return self._call(payload("POST", path, session=session), SignupTicket)

    def prove_renewal(
        self, ticket: SignupTicket, pin: bytearray, old: OldPin | None = None
    ) -> PinRenewal:
        """Make the verifier of a new PIN, and prove the old one for a change: ``Prover.renew``."""
        return self._prover.renew(ticket, pin, old)

    def renew_pin(self, renewal: PinRenewal) -> PinRenewed:
        """Put the new PIN in force; the same message again gives the stored answer.

        Raises:
            PinRejected: the old PIN is not right.
            RecordExpired: the ticket, or its session, is over.
        """
        return self._call(payload("POST", "/v1/pin/renew", renewal), PinRenewed)

    # Staff

    def find_customers(self, session: str, text: str) -> CustomerSearchAnswer:
        """Return customers whose names or numbers begin with ``text``."""
        path = "/v1/staff/customers?" + urlencode({"q": text})
        return self._call(payload("GET", path, session=session), CustomerSearchAnswer)

    def customer(self, session: str, customer: str) -> CustomerAnswer:
        """Return a customer's details and accounts."""
        path = f"/v1/staff/customers/{quote(customer, safe='')}"
        return self._call(payload("GET", path, session=session), CustomerAnswer)

    def staff_statement(
        self, session: str, number: str, *, before: int | None = None, limit: int = 50
    ) -> StatementAnswer:
        """Return postings of any account, as ``statement`` does for the customer's own."""
        path = f"/v1/staff/accounts/{quote(number, safe='')}/statement"
        return self._page(session, path, before, limit)

    def cases(
        self, session: str, *, terminal: str | None = None, closed: bool = False
    ) -> CasesAnswer:
        """Return suspended cases, the oldest first; with ``closed`` the closed ones too."""
        query = {"closed": "true" if closed else "false"} | (
            {"terminal": terminal} if terminal else {}
        )
        path = "/v1/staff/cases?" + urlencode(query)
        return self._call(payload("GET", path, session=session), CasesAnswer)

    def case(self, session: str, number: str) -> CaseAnswer:
        """Return a case with the ledger's side of it."""
        path = f"/v1/staff/cases/{quote(number, safe='')}"
        return self._call(payload("GET", path, session=session), CaseAnswer)

    def staff_terminals(self, session: str) -> TerminalsAnswer:
        """Return keys that wait to be enrolled, and all terminals with their certificates."""
        return self._call(payload("GET", "/v1/staff/terminals", session=session), TerminalsAnswer)

    def staff_act(self, session: str, act: bytes, pin: PinProof) -> ActAnswer:
        """Do what the exact bytes of ``act`` say, proven by ``pin``."""
        body = ActRequest(act=b64url_encode(act), pin=pin)
        return self._call(payload("POST", "/v1/staff/acts", body, session), ActAnswer)

    def chains(self, session: str) -> ChainsAnswer:
        """Return the terminals whose journal the bank does not know."""
        return self._call(payload("GET", "/v1/staff/chains", session=session), ChainsAnswer)

    # Operators, at their machine

    def operator_cash(self, session: str) -> CashAnswer:
        """Return what the ledger has in this machine."""
        return self._call(payload("GET", "/v1/operator/cash", session=session), CashAnswer)

    def operator_act(self, session: str, act: bytes, pin: PinProof) -> ActAnswer:
        """Approve what the exact bytes of ``act`` say was counted, proven by ``pin``."""
        body = ActRequest(act=b64url_encode(act), pin=pin)
        return self._call(payload("POST", "/v1/operator/acts", body, session), ActAnswer)

    def _page(self, session: str, path: str, before: int | None, limit: int) -> StatementAnswer:
        query = {"limit": limit} if before is None else {"before": before, "limit": limit}
        request = payload("GET", f"{path}?{urlencode(query)}", session=session)
        return self._call(request, StatementAnswer)

    def _call(self, request: Payload, model: type[M], rules: Rules | None = None) -> M:
        answer = exchange(self._servers, self._clock, request, model, rules or Rules())
        match answer:
            case Reply():
                return answer.message
            case Problem():
                error = error_of(answer)
                if isinstance(error, TerminalDenied):
                    self._refused = type(error)
                raise error
            case Silence():
                raise BankAway(answer.why)


def _check_typed(number: str) -> None:
    try:
        LookupRequest(number=number)
    except ValidationError as error:
        raise NotFound("not_found", "no account, user name or telephone is written so") from error
