"""Choosing a sum and its notes, and taking it."""

from dataclasses import replace

from kiosk.cash import offered, plan
from kiosk.cash.mixes import smallest
from kiosk.cash.notes import counts
from kiosk.events import (
    Back,
    Cancel,
    Confirm,
    Finish,
    PickAmount,
    PickMix,
    TypeAmount,
    UserEvent,
)
from kiosk.screens import Mix, PinUse, Problem, Withdraw, Work
from kiosk.session.amounts import typed_minor
from kiosk.session.effects import PayOut, ReadLimits
from kiosk.session.state import Customer, State, Withdrawing, pin_screen
from kiosk.session.visit import Stepped, commit, end, menu_screen, to_menu

TYPED_MAX = 12


def open_screen(state: State, amount_minor: int | None) -> Stepped:
    """Show the choice, with a quick sum chosen; the limits are asked anew beside it."""
    customer = state.customer
    if customer is None:
        return end(state)
    menu = menu_screen(state, customer)
    if not menu.can_withdraw:
        problem = Problem.NO_NOTES if state.service.bank else Problem.BANK_AWAY
        return state.at(replace(menu, problem=problem)), ()
    shown = choice(state, customer, amount_minor)
    return state.at(shown), (ReadLimits(state.visit, customer.login, customer.account),)


def choice(
    state: State,
    customer: Customer,
    amount_minor: int | None,
    *,
    mix: Mix = Mix.FEWEST,
    typing: bool = False,
    typed: str = "",
) -> Withdraw:
    """The screen for that sum: notes only if it is within the limits and payable."""
    rules, payable, limits = state.rules, state.service.payable, customer.limits
    each = min(rules.withdraw_each_minor, limits.withdraw_each_minor if limits else 10**12)
    left = limits.withdraw_left_minor if limits else None
    most = each if left is None else min(each, left)
    by_mix = {}
    if amount_minor is not None and 0 < amount_minor <= most:
        by_mix = {m: plan(payable, amount_minor, m) for m in Mix}
    # A mix that pays the same notes as another is no choice.
    mixes = tuple(
        m
        for i, m in enumerate(Mix)
        if by_mix.get(m) and by_mix[m] not in [by_mix[other] for other in list(Mix)[:i]]
    )
    if mixes and mix not in mixes:
        mix = mixes[0]
    return Withdraw(
        account=customer.account,
        offered_minor=offered(payable, most, rules.offered_minor),
        amount_minor=amount_minor,
        typing=typing,
        typed=typed,
        mix=mix,
        mixes=mixes,
        notes=by_mix.get(mix, ()),
        left_today_minor=left,
        max_minor=max(most, 0),
        smallest_minor=smallest(counts(payable)) or 0,
        problem=_problem(amount_minor, typed, each, left, payable=bool(mixes)),
    )


def _problem(
    amount_minor: int | None, typed: str, each: int, left: int | None, *, payable: bool
) -> Problem | None:
    if amount_minor is None:
        return Problem.FIELD_INVALID if typed else None
    if amount_minor > each:
        return Problem.LIMIT_EACH
    if left is not None and amount_minor > left:
        return Problem.LIMIT_DAY
    return None if payable else Problem.AMOUNT_NOT_PAYABLE


def refreshed(state: State, customer: Customer, shown: Withdraw) -> Withdraw:
    """The same choice with the notes and limits of now."""
    return choice(
        state,
        customer,
        shown.amount_minor,
        mix=shown.mix,
        typing=shown.typing,
        typed=shown.typed,
    )


def at_withdraw(state: State, event: UserEvent) -> Stepped:
    """Sum, notes, Take."""
    screen, customer = state.screen, state.customer
    if not isinstance(screen, Withdraw):
        return state, ()
    if customer is None:
        return end(state)
    match event:
        case PickAmount(amount_minor):
            return state.at(choice(state, customer, amount_minor, mix=screen.mix)), ()
        case TypeAmount(text) if len(text) <= TYPED_MAX:
            shown = choice(
                state,
                customer,
                typed_minor(text, state.rules.currency),
                mix=screen.mix,
                typing=True,
                typed=text,
            )
            return state.at(shown), ()
        case PickMix(mix) if mix in screen.mixes:
            return state.at(refreshed(state, customer, replace(screen, mix=mix))), ()
        case Confirm() if screen.notes and screen.amount_minor is not None:
            if screen.amount_minor > customer.login.step_up_minor:
                state = replace(state, task=Withdrawing(screen))
                entry = pin_screen(state.rules, PinUse.CONFIRM, amount_minor=screen.amount_minor)
                return state.at(entry), ()
            return pay(state, screen, with_pin=False)
        case Back() if screen.typing:
            return state.at(choice(state, customer, None, mix=screen.mix)), ()
        case Back() | Cancel():
            return to_menu(state)
        case Finish():
            return end(state)
    return state, ()


def pay(state: State, chosen: Withdraw, *, with_pin: bool) -> Stepped:
    """Take: from here on the money is in flight."""
    customer, amount_minor = state.customer, chosen.amount_minor
    if customer is None or amount_minor is None:
        return end(state)
    state = replace(state, task=Withdrawing(chosen))
    state, number = commit(state, Work.AUTHORISING)
    return state, (
        PayOut(
            number=number,
            visit=state.visit,
            login=customer.login,
            account=customer.account,
            amount_minor=amount_minor,
            notes=chosen.notes,
            with_pin=with_pin,
        ),
    )
