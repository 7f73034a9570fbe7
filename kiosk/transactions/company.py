"""Who is with a transaction while it runs."""

from dataclasses import dataclass, field

from kiosk.transactions.results import OnProgress, Progress
from protocol.messages.pin import PinProof


@dataclass(frozen=True, slots=True)
class Slot:
    """What the acceptor shall take: denominations, number of notes, and sum."""

    accepts_minor: tuple[int, ...]
    max_notes: int
    max_minor: int


def _nobody(_progress: Progress) -> None:
    return


@dataclass(frozen=True, slots=True)
class Company:
    """The screen that hears of it, and what lives only as long: PIN proof and slot.

    ``patient``: somebody waits for the bank's answer to an advice.
    """

    on_progress: OnProgress = _nobody
    pin: PinProof | None = field(default=None, repr=False)
    slot: Slot | None = None
    patient: bool = True


NOBODY = Company(patient=False)
"""Recovery at boot: no customer, no waiting."""
