"""PIN proofs with the bank: login, a movement or act, and the registration of a new PIN (PIN.md 5).

The PIN is the caller's ``bytearray``; the caller wipes it when the call has returned, which is
after 30 s at the latest. Key stretching takes about 240 ms on the calling thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from backend_client.attempt import Silence
from backend_client.errors import BankAway, RecordExpired, RequestRefused
from backend_client.exchange import Clock, Reply, Rules, exchange, payload
from backend_client.problems import error_of
from backend_client.servers import Servers
from protocol.encoding import b64url_decode, b64url_encode
from protocol.errors import ProtocolError, WrongServer
from protocol.ids import new_uid
from protocol.messages.finger import Factor1Answer
from protocol.messages.pin import (
    LoginAnswer,
    PinFinishRequest,
    PinProof,
    PinStartAnswer,
    PinStartRequest,
    Purpose,
)
from protocol.messages.renewal import PinRenewal
from protocol.messages.signup import SignupFinish, SignupTicket
from protocol.messages.terminal import Problem
from protocol.pin.context import Context, digest
from protocol.pin.prover import PinSecret, Proof, blind_pin, check_issuer, prove_pin, unlock
from protocol.pin.token import parse_token

LOGIN_S: Final = 30.0
_ATTEMPTS: Final = 3
_STALE: Final = frozenset({"bad_challenge", "expired", "replayed"})
"""What a finish may say of a token that was good when it was issued: a new attempt is needed."""

Verdict = Literal["accepted", "refused", "unanswered"]


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """A proof as it crossed the wire, for whoever wants to look: 33, 32 and 32 bytes."""

    purpose: str
    commitment: bytes
    challenge: bytes
    response: bytes
    verdict: Verdict
    server: str
    bytes_sent: int


OnProof = Callable[[ProofFacts], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a proof is about, apart from the terminal. Byte strings are raw, not base64url."""

    account: bytes
    purpose: Purpose
    record: bytes = b""
    factor1: bytes = b""
    body_digest: bytes = b""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A proof, what it was made of, and the server that issued the token."""

    token: bytes
    proof: Proof
    secret: PinSecret
    ver: int
    server: str

    def facts(self, purpose: str, verdict: Verdict, server: str = "") -> ProofFacts:
        """Return what can be shown; without an answer, of the server that issued the token."""
        return ProofFacts(
            purpose=purpose,
            commitment=self.proof.commitment,
            challenge=self.proof.challenge,
            response=self.proof.response,
            verdict=verdict,
            server=server or self.server,
            bytes_sent=len(self.proof.data),
        )

    def message(self) -> PinProof:
        """Return token and proof as they travel."""
        return PinProof(token=b64url_encode(self.token), proof=b64url_encode(self.proof.data))


@dataclass(frozen=True, slots=True)
class OldPin:
    """The PIN that still holds, and the session (base64url) of the customer who changes it."""

    session: str
    pin: bytearray = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prover:
    """The terminal's side of every PIN proof: who it is, and where the bank's servers are."""

    servers: Servers
    clock: Clock
    realm: str
    terminal_id: str
    terminal_cert_hash: bytes

    def login(
        self, factor1: Factor1Answer, pin: bytearray, on_proof: OnProof | None = None
    ) -> LoginAnswer:
        """Return a session for the customer that ``factor1`` found.

        A finish is never sent twice: where its outcome stays unknown, a new attempt is made, at
        most three in 30 s.

        Raises:
            PinRejected, PinLocked, TooManyTries, RecordExpired, RequestRefused: the bank's no.
            BankAway: no definite answer in time. A session may have been opened; it ends by itself.
        """
        record = b64url_decode(factor1.record)
        subject = Subject(
            b64url_decode(factor1.account), "login", record=record, factor1=digest(record)
        )
        end = self.clock.now() + LOGIN_S
        why = "no time left"
        for _ in range(_ATTEMPTS):
            made = self._make(subject, pin, end)
            request = PinFinishRequest(
                account=factor1.account,
                purpose="login",
                factor1=b64url_encode(subject.factor1),
                record=factor1.record,
                body_digest="",
                token=b64url_encode(made.token),
                proof=b64url_encode(made.proof.data),
            )
            answer = exchange(
                self.servers,
                self.clock,
                payload("POST", "/v1/pin/finish", request),
                LoginAnswer,
                self._rules(end, resend=False),
            )
            match answer:
                case Reply():
                    _show(on_proof, made.facts("login", "accepted", answer.server))
                    return answer.message
                case Problem() if answer.code not in _STALE:
                    _show(on_proof, made.facts("login", "refused"))
                    raise error_of(answer)
                case Problem():
                    why = f"{answer.status} {answer.code}"
                case Silence():
                    why = answer.why
            _show(on_proof, made.facts("login", "unanswered"))
        raise BankAway(why)

    def over_body(
        self,
        session: str,
        account: str,
        purpose: Purpose,
        body: bytes,
        pin: bytearray,
        on_proof: OnProof | None = None,
    ) -> PinProof:
        """Return a proof over ``body`` (the order's or act's exact bytes); nothing is decided yet.

        ``session`` and ``account`` (the credential id) are base64url as the bank gave them.

        Raises:
            SessionEnded, PinLocked, TooManyTries, RequestRefused: the bank's no.
            BankAway: no answer in time.
        """
        subject = Subject(
            b64url_decode(account), purpose, body_digest=digest(body), session=session
        )
        made = self._make(subject, pin, self.clock.now() + LOGIN_S)
        _show(on_proof, made.facts(purpose, "unanswered"))
        return made.message()

    def register(
        self, ticket: SignupTicket, pin: bytearray, on_proof: OnProof | None = None
    ) -> SignupFinish:
        """Return the verifier of a new PIN and the proof that ends the sign-up.

        The PIN has been checked against the block list before (``check_new_pin``).

        Raises:
            RecordExpired, TooManyTries, RequestRefused: the bank's no.
            BankAway: no answer in time.
        """
        made = self._register(ticket, pin, on_proof)
        return SignupFinish(
            ticket=ticket.ticket,
            verifier=b64url_encode(made.secret.verifier),
            token=b64url_encode(made.token),
            proof=b64url_encode(made.proof.data),
        )

    def renew(self, ticket: SignupTicket, pin: bytearray, old: OldPin | None = None) -> PinRenewal:
        """Return the verifier of a customer's new PIN, proven; a change is proven by the old too.

        The new PIN has been checked against the block list before (``check_new_pin``).

        Raises:
            SessionEnded, PinLocked, RecordExpired, TooManyTries, RequestRefused: the bank's no.
            BankAway: no answer in time.
        """
        made = self._register(ticket, pin, None)
        verifier = made.secret.verifier
        return PinRenewal(
            ticket=ticket.ticket,
            verifier=b64url_encode(verifier),
            token=b64url_encode(made.token),
            proof=b64url_encode(made.proof.data),
            old=None
            if old is None
            else self.over_body(old.session, ticket.account, "pin-change-old", verifier, old.pin),
        )

    def _register(self, ticket: SignupTicket, pin: bytearray, on_proof: OnProof | None) -> Made:
        record = b64url_decode(ticket.ticket)
        subject = Subject(
            b64url_decode(ticket.account),
            "pin-register",
            record=record,
            body_digest=digest(record),
        )
        made = self._make(subject, pin, self.clock.now() + LOGIN_S)
        if made.ver != ticket.ver:
            raise RequestRefused("bad_challenge", "the bank evaluated another version")
        _show(on_proof, made.facts("pin-register", "unanswered"))
        return made

    def _make(self, subject: Subject, pin: bytearray, end: float) -> Made:
        blinded = blind_pin(subject.account, pin)
        request = PinStartRequest(
            attempt=new_uid(self.clock.wall_ms()),
            account=b64url_encode(subject.account),
            purpose=subject.purpose,
            factor1=b64url_encode(subject.factor1),
            record=b64url_encode(subject.record),
            body_digest=b64url_encode(subject.body_digest),
            session=subject.session,
            blinded=b64url_encode(blinded.element),
        )
        started = self._start(request, end)
        answer = started.message
        context = Context(
            purpose=subject.purpose,
            realm=self.realm,
            account=subject.account,
            terminal_id=self.terminal_id,
            terminal_cert_hash=self.terminal_cert_hash,
            factor1=subject.factor1,
            body_digest=subject.body_digest,
        )
        token = b64url_decode(answer.token)
        try:
            secret = unlock(
                subject.account, pin, blinded, b64url_decode(answer.evaluated), answer.ksf
            )
            made = Made(
                token, prove_pin(context, token, secret), secret, answer.ver, started.server
            )
        except ProtocolError as error:
            raise RequestRefused("bad_challenge", f"the bank's challenge: {error}") from error
        if parse_token(token).ver != answer.ver:
            raise RequestRefused("bad_challenge", "token and answer name different versions")
        return made

    def _start(self, request: PinStartRequest, end: float) -> Reply[PinStartAnswer]:
        # Repeated once if the token is not of the server at the other end of this connection: then
        # somebody sits in between, or a server is set up wrongly.
        for _ in range(2):
            answer = exchange(
                self.servers,
                self.clock,
                payload("POST", "/v1/pin/start", request),
                PinStartAnswer,
                self._rules(end),
            )
            match answer:
                case Silence():
                    raise BankAway(answer.why)
                case Problem(code="replayed"):
                    # Of a start this means a record or ticket that has served its purpose.
                    raise RecordExpired(answer.code, answer.detail)
                case Problem():
                    raise error_of(answer)
                case Reply():
                    try:
                        check_issuer(b64url_decode(answer.message.token), answer.certificate_hash)
                    except WrongServer:
                        self.servers.distrust(answer.index)
                        self.servers.drop_connections(answer.index)
                        continue
                    except ProtocolError as error:
                        raise RequestRefused("bad_challenge", str(error)) from error
                    return answer
        raise RequestRefused("bad_challenge", "the token names another server")

    def _rules(self, end: float, *, resend: bool = True) -> Rules:
        remaining_s = max(0.0, end - self.clock.now())
        return Rules(call_s=min(Rules().call_s, remaining_s), resend=resend)


def _show(on_proof: OnProof | None, facts: ProofFacts) -> None:
    if on_proof is not None:
        on_proof(facts)
