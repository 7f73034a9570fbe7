"""The cash machine as the session uses it: blocking doors, progress, and an honest result."""

from kiosk.machine.cash_machine import CashMachine
from kiosk.machine.exchanges import Exchanges
from kiosk.transactions.crash import CrashHooksRefused, CrashPoints, from_environment
from kiosk.transactions.ports import MachineSettings, MoneyBank, Sign, signer
from kiosk.transactions.results import (
    CashPresented,
    NotesCounted,
    NotesOffered,
    OnProgress,
    Progress,
    Prove,
    Result,
    Service,
    TransferRequest,
    WithdrawRequest,
    Working,
)

__all__ = [
    "CashMachine",
    "CashPresented",
    "CrashHooksRefused",
    "CrashPoints",
    "Exchanges",
    "MachineSettings",
    "MoneyBank",
    "NotesCounted",
    "NotesOffered",
    "OnProgress",
    "Progress",
    "Prove",
    "Result",
    "Service",
    "Sign",
    "TransferRequest",
    "WithdrawRequest",
    "Working",
    "from_environment",
    "signer",
]
