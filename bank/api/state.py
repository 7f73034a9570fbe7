"""What every handler has at hand. Made once by `bank serve`, never changed afterwards."""

from dataclasses import dataclass, field
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import Request

from bank.ca.issuing import Issuing
from bank.config import BankConfig
from bank.customers.rules import IdentityRules
from bank.identify.gallery import LiveGallery
from bank.keys import KeySet
from bank.ledger.lanes import Ledger
from bank.metrics import Metrics
from bank.movements.starts import MAX_STARTS
from bank.seal.sealer import LatestHead
from bank.store.pool import Pool
from bank.terminals.registry import TerminalRegistry


@dataclass(frozen=True)
class Bank:
    """One application server: everything that lasts lies in the database behind `pool`."""

    config: BankConfig
    server: str
    """A or B."""
    certificate_sha256: bytes
    """Of this server's leaf certificate (PIN.md 4)."""
    keys: KeySet
    pool: Pool
    asking: Pool
    """One connection to ask the database about itself, however busy the others are."""
    ledger: Ledger
    """Decides movements, on connections of its own."""
    terminals: TerminalRegistry
    identity: IdentityRules
    gallery: LiveGallery
    """Every enrolled finger; `await gallery.refresh(pool, keys)` before the server is ready."""
    cpu: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(4))
    """Threads for signatures, proofs and matching: `anyio.to_thread.run_sync(..., limiter=)`."""
    starts: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MAX_STARTS))
    """Places of new movements with the ledger."""
    metrics: Metrics = field(default_factory=Metrics)
    head: LatestHead = field(default_factory=LatestHead)
    """The newest head of the ledger's chain, for every reply."""
    keys_folder: Path | None = None
    """Where a next key set takes the place of the current one when it was confirmed."""
    issuing: Issuing | None = None
    """What terminals' certificates are issued by; None: another server does."""
    heads_file: Path | None = None
    """Where heads are published on this server; None: in replies only."""


def bank_of(request: Request) -> Bank:
    """Dependency: the server's state."""
    bank = request.app.state.bank
    if not isinstance(bank, Bank):
        raise TypeError("the application was made without a bank")
    return bank
