"""The menu, and the screens that only show something."""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Choose,
    Confirm,
    Finish,
    QuickAmount,
    SelectAccount,
    UserEvent,
)
from kiosk.screens import Balance, Failure, Success, Work
from kiosk.session import deposit, statement, transfer, withdraw
from kiosk.session.answers import BalanceRead
from kiosk.session.effects import ReadBalance, ReadLimits
from kiosk.session.state import State
from kiosk.session.visit import Stepped, end, menu_screen, to_menu, wait


def at_menu(state: State, event: UserEvent) -> Stepped:
    """What to do."""
    customer = state.customer
    if customer is None:
        return end(state)
    match event:
        case Choose("withdraw"):
            return withdraw.open_screen(state, None)
        case QuickAmount(amount_minor):
            return withdraw.open_screen(state, amount_minor)
        case Choose("deposit"):
            return deposit.begin(state)
        case Choose("transfer"):
            return transfer.begin(state)
        case Choose("balance"):
            state, number = wait(state, Work.READING_ACCOUNT)
            return state, (ReadBalance(number, customer.login, customer.account),)
        case Choose("statement"):
            return statement.begin(state)
        case SelectAccount(number=wanted):
            for account in customer.login.accounts:
                if account.number == wanted:
                    customer = replace(customer, account=account, limits=None)
                    state = replace(state, customer=customer)
                    shown = state.at(menu_screen(state, customer))
                    return shown, (ReadLimits(state.visit, customer.login, account),)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def balance_read(state: State, event: BalanceRead) -> Stepped:
    """Show it, because it was asked for."""
    if state.customer is None:
        return state, ()
    screen = Balance(
        state.customer.account, event.booked_minor, event.held_minor, event.available_minor
    )
    return state.at(screen), ()


def at_balance(state: State, event: UserEvent) -> Stepped:
    """Back to the menu, or out."""
    match event:
        case Back() | Cancel() | Confirm():
            return to_menu(state)
        case Finish():
            return end(state)
    return state, ()


def at_success(state: State, event: UserEvent) -> Stepped:
    """Something else, or out. After sign-up the new customer logs in with the finger."""
    if not isinstance(state.screen, Success):
        return state, ()
    match event:
        case Confirm() | Back():
            return to_menu(state)
        case Cancel() | Finish():
            return end(state)
    return state, ()


def at_failure(state: State, event: UserEvent) -> Stepped:
    """On, or out; where the bank has ended the session there is only out."""
    screen = state.screen
    if not isinstance(screen, Failure):
        return state, ()
    match event:
        case Confirm() | Back() | Cancel() if screen.back_to_menu and not state.committed:
            return to_menu(state)
        case Confirm() | Back() | Cancel() | Finish():
            return end(state)
    return state, ()
