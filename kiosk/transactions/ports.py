"""What the machine needs from outside, and its figures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from backend_client.identity import TerminalIdentity
from backend_client.outcomes import Decision
from kiosk.forward import Backoff
from kiosk.journal import ChainLink
from protocol.messages.money import DepositCheckAnswer, DepositCheckRequest
from protocol.messages.pin import PinProof
from protocol.messages.terminal import HelloAnswer, HelloRequest
from protocol.signing import sign_request


class MoneyBank(Protocol):
    """The part of ``backend_client.Bank`` that moves money."""

    def submit(self, jws: bytes, pin: PinProof | None, deadline_s: float) -> Decision:
        """Send complete signed bytes until a decision is known or the time is over."""
        ...

    def check_deposit(self, session: str, request: DepositCheckRequest) -> DepositCheckAnswer:
        """Ask whether notes may be taken; raises ``BankError``."""
        ...

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Exchange chain heads and open holds; raises ``BankError``."""
        ...


Sign = Callable[[bytes, ChainLink, bytes | None], bytes]
"""Signs order bytes at a place in the chain, with the original's JWS in a reversal."""


def signer(identity_now: Callable[[], TerminalIdentity]) -> Sign:
    """Return the terminal's own signature, by the identity that it has at the time."""

    def sign(order: bytes, link: ChainLink, original: bytes | None) -> bytes:
        identity = identity_now()
        return sign_request(
            identity.private_key,
            kid=identity.certificate_hash,
            order=order,
            chain=link.chain,
            seq=link.seq,
            prev=link.prev,
            original=original,
        )

    return sign


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """Figures of a machine; seconds are the customer's and the devices', sums minor units.

    ``device_wait_s``: how long a device that is away is waited for before its status counts as
    unknown. ``advice_wait_s``: how long the customer waits for the answer to an advice.
    """

    journal: Path
    terminal: str
    currency: str
    accepts_minor: tuple[int, ...]
    deposit_notes: int
    deposit_each_minor: int
    take_s: float = 30.0
    authorise_s: float = 10.0
    advice_wait_s: float = 8.0
    advice_attempt_s: float = 10.0
    device_wait_s: float = 10.0
    backoff: Backoff = field(default_factory=Backoff)
