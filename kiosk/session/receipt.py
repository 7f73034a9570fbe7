"""The paper receipt of a movement that has ended: offered, printed, or not to be had."""

from dataclasses import replace

from kiosk.receipts.slip import Slip, of_failure, of_success
from kiosk.screens import Failure, Receipt, Success
from kiosk.session.answers import ReceiptEnded
from kiosk.session.effects import Print
from kiosk.session.state import State
from kiosk.session.visit import Stepped


def offer(state: State) -> State:
    """Offer a receipt where the screen has one and the printer answers."""
    screen = state.screen
    if not isinstance(screen, Success | Failure) or not state.service.receipts:
        return state
    if _slip(screen) is None:
        return state
    return state.at(replace(screen, receipt=Receipt.OFFERED))


def wanted(state: State) -> Stepped:
    """Print it, once; one that failed may be tried again."""
    screen = state.screen
    if not isinstance(screen, Success | Failure):
        return state, ()
    slip = _slip(screen)
    if slip is None or screen.receipt not in (Receipt.OFFERED, Receipt.FAILED):
        return state, ()
    return state.at(replace(screen, receipt=Receipt.PRINTING)), (Print(state.visit, slip),)


def ended(state: State, event: ReceiptEnded) -> Stepped:
    """Say how it went, if that screen is still shown."""
    screen = state.screen
    if event.visit != state.visit or not isinstance(screen, Success | Failure):
        return state, ()
    if screen.receipt is not Receipt.PRINTING:
        return state, ()
    became = Receipt.PRINTED if event.printed else Receipt.FAILED
    return state.at(replace(screen, receipt=became)), ()


def _slip(screen: Success | Failure) -> Slip | None:
    return of_success(screen) if isinstance(screen, Success) else of_failure(screen)
