"""How long the machine waits for customer, bank and devices: section [kiosk.waits]."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Waits:
    """Seconds. Tests shorten them; the defaults are those of MONEY.md 3.

    ``take_s``: notes lie in the tray. ``authorise_s``: one call for a decision. ``advice_s``: the
    customer waits for the answer to an advice. ``device_s``: a device that is away is waited for
    before its status counts as unknown. Store-and-forward pauses from ``forward_first_s``,
    doubling, to ``forward_longest_s``.
    """

    take_s: float = 30.0
    authorise_s: float = 10.0
    advice_s: float = 8.0
    device_s: float = 10.0
    forward_first_s: float = 0.5
    forward_longest_s: float = 60.0
