"""To whom, how much, what for, and the PIN once more."""

from dataclasses import replace

from kiosk.events import (
    Back,
    Cancel,
    Confirm,
    Finish,
    PickAmount,
    Text,
    TypeAmount,
    UserEvent,
)
from kiosk.screens import (
    PinUse,
    Problem,
    Screen,
    TransferAmount,
    TransferPayee,
    TransferReview,
    TransferText,
    Work,
)
from kiosk.session.amounts import typed_minor
from kiosk.session.answers import PayeeFound
from kiosk.session.effects import FindPayee, SendMoney
from kiosk.session.finger import is_customer_number
from kiosk.session.state import Customer, State, Transferring, pin_screen
from kiosk.session.visit import Stepped, commit, end, to_menu, wait

TEXT_MAX = 140
TYPED_MAX = 16


def begin(state: State) -> Stepped:
    """Ask for the payee first."""
    if state.customer is None:
        return end(state)
    return replace(state, task=Transferring(), screen=TransferPayee(state.customer.account)), ()


def at_transfer(state: State, event: UserEvent) -> Stepped:
    """The four screens before the PIN."""
    task, customer = state.task, state.customer
    if not isinstance(task, Transferring) or customer is None:
        return end(state)
    match event:
        case Cancel():
            return to_menu(state)
        case Finish():
            return end(state)
    match state.screen:
        case TransferPayee():
            return _payee(state, task, customer, event)
        case TransferAmount():
            return _amount(state, task, customer, event)
        case TransferText():
            return _text(state, task, customer, event)
        case TransferReview():
            return _review(state, task, customer, event)
    return state, ()


def _payee(state: State, task: Transferring, customer: Customer, event: UserEvent) -> Stepped:
    match event:
        case Text(text):
            to = text.strip()
        case Confirm():
            to = task.to
        case Back():
            return to_menu(state)
        case _:
            return state, ()
    if not to:
        return state.at(TransferPayee(customer.account, "", Problem.FIELD_MISSING)), ()
    if not is_customer_number(to):
        return state.at(TransferPayee(customer.account, to[:64], Problem.FIELD_INVALID)), ()
    state, number = wait(replace(state, task=replace(task, to=to)), Work.READING_ACCOUNT)
    return state, (FindPayee(number, customer.login, to),)


def payee_found(state: State, event: PayeeFound) -> Stepped:
    """The name is shown before anything is confirmed."""
    task, customer = state.task, state.customer
    if not isinstance(task, Transferring) or customer is None:
        return end(state)
    if event.payee.number == customer.account.number:
        return payee_refused(state, Problem.PAYEE_SELF)
    task = replace(task, payee=event.payee)
    return _show(state, task, _amount_screen(task, customer))


def payee_refused(state: State, problem: Problem) -> Stepped:
    """Not found, or the account itself: the line stays to be corrected."""
    task, customer = state.task, state.customer
    if not isinstance(task, Transferring) or customer is None:
        return end(state)
    return _show(state, task, TransferPayee(customer.account, task.to, problem))


def _amount_screen(
    task: Transferring, customer: Customer, problem: Problem | None = None
) -> Screen:
    if task.payee is None:
        return TransferPayee(customer.account, task.to)
    limits = customer.limits
    return TransferAmount(
        account=customer.account,
        payee_name=task.payee.name,
        payee_last4=task.payee.last4,
        typed=task.typed,
        amount_minor=task.amount_minor,
        left_today_minor=limits.transfer_left_minor if limits else None,
        problem=problem,
    )


def _amount(state: State, task: Transferring, customer: Customer, event: UserEvent) -> Stepped:
    match event:
        case TypeAmount(text) if len(text) <= TYPED_MAX:
            task = replace(task, typed=text, amount_minor=typed_minor(text, state.rules.currency))
            return _show(state, task, _amount_screen(task, customer))
        case PickAmount(amount_minor) if amount_minor > 0:
            task = replace(task, typed="", amount_minor=amount_minor)
            return _show(state, task, _amount_screen(task, customer))
        case Confirm():
            problem = _amount_problem(state, task, customer)
            if problem is not None:
                return _show(state, task, _amount_screen(task, customer, problem))
            return _show(state, task, _text_screen(task, customer))
        case Back():
            return _show(state, task, TransferPayee(customer.account, task.to))
    return state, ()


def _amount_problem(state: State, task: Transferring, customer: Customer) -> Problem | None:
    if task.amount_minor is None:
        return Problem.FIELD_INVALID if task.typed else Problem.FIELD_MISSING
    if task.amount_minor > state.rules.transfer_each_minor:
        return Problem.AMOUNT_TOO_LARGE
    limits = customer.limits
    if limits is not None and task.amount_minor > limits.transfer_left_minor:
        return Problem.LIMIT_DAY
    return None


def _text_screen(task: Transferring, customer: Customer, problem: Problem | None = None) -> Screen:
    if task.payee is None or task.amount_minor is None:
        return TransferPayee(customer.account, task.to)
    return TransferText(
        customer.account,
        task.payee.name,
        task.payee.last4,
        task.amount_minor,
        task.text,
        problem,
    )


def _text(state: State, task: Transferring, customer: Customer, event: UserEvent) -> Stepped:
    match event:
        case Text(text):
            text = " ".join(text.split())
        case Confirm():
            text = task.text
        case Back():
            return _show(state, task, _amount_screen(task, customer))
        case _:
            return state, ()
    task = replace(task, text=text[:TEXT_MAX])
    if not text:
        return _show(state, task, _text_screen(task, customer, Problem.TEXT_MISSING))
    if len(text) > TEXT_MAX or not text.isprintable():
        return _show(state, task, _text_screen(task, customer, Problem.FIELD_INVALID))
    if task.payee is None or task.amount_minor is None:
        return begin(state)
    review = TransferReview(
        customer.account, task.payee.name, task.payee.last4, task.amount_minor, text
    )
    return _show(state, replace(task, review=review), review)


def _review(state: State, task: Transferring, customer: Customer, event: UserEvent) -> Stepped:
    match event:
        case Confirm() if task.payee is not None:
            return state.at(confirm_pin(state, task)), ()
        case Back():
            return _show(state, task, _text_screen(task, customer))
    return state, ()


def confirm_pin(
    state: State,
    task: Transferring,
    *,
    tries_left: int | None = None,
    problem: Problem | None = None,
) -> Screen:
    """The PIN entry that stands before every transfer."""
    return pin_screen(
        state.rules,
        PinUse.CONFIRM,
        tries_left=tries_left,
        amount_minor=task.amount_minor,
        payee=task.payee.name if task.payee else None,
        problem=problem,
    )


def send(state: State) -> Stepped:
    """The PIN is complete: from here on the money is in flight."""
    task, customer = state.task, state.customer
    if not isinstance(task, Transferring) or customer is None:
        return end(state)
    if task.payee is None or task.amount_minor is None or not task.text:
        return begin(state)
    state, number = commit(state, Work.TRANSFERRING)
    return state, (
        SendMoney(
            number=number,
            visit=state.visit,
            login=customer.login,
            account=customer.account,
            payee=task.payee,
            amount_minor=task.amount_minor,
            text=task.text,
        ),
    )


def _show(state: State, task: Transferring, screen: Screen) -> Stepped:
    return replace(state, task=task, screen=screen), ()
