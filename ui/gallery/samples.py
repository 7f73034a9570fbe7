"""Sample views: every screen, with the facts that stretch it (long names, full lists, problems)."""

import functools
from dataclasses import replace

from kiosk import screens as s
from kiosk.screens import Account, Notes, Problem, View
from ui.gallery import operator_samples

ACCOUNT = Account("1000004821", "Everyday", "EUR")
SAVINGS = Account("1000007306", "Savings", "EUR")
PAYS = (5000, 2000, 1000)
TAKES = (10000, 5000, 2000, 1000, 500)
NOTES = (Notes(5000, 2), Notes(2000, 3), Notes(1000, 2))
COUNTED = (Notes(10000, 1), Notes(5000, 3), Notes(2000, 4), Notes(1000, 2), Notes(500, 1))
FILLED = {
    "user_name": "amara",
    "first_name": "Amara",
    "last_name": "Okafor",
    "phone": "+49 30 1234567",
    "email": "amara@example.org",
    "address": "",
    "national_id": "",
    "gender": "",
}
TEXT = "Rent for November, with the share of the heating"


def _lines() -> tuple[s.StatementLine, ...]:
    rows = (
        ("2026-11-20T10:12:00+00:00", "withdrawal", "", "", -18000, 230000),
        ("2026-11-19T08:01:00+00:00", "transfer", TEXT, "Bo Lindqvist", -42550, 248000),
        ("2026-11-18T17:45:00+00:00", "deposit", "", "", 33500, 290550),
        ("2026-11-17T12:30:00+00:00", "transfer", "Concert", "Chiara Rossi", 6000, 257050),
        ("2026-11-01T00:00:00+00:00", "opening_credit", "", "", 251050, 251050),
    )
    return tuple(s.StatementLine(*row) for row in rows)


@functools.cache
def _drawing() -> s.PrintDrawing:
    """As the machine sees a finger of the synthesiser."""
    from biometrics.extraction.extract import look
    from biometrics.synthetic import synthesise
    from kiosk.scanning.drawing import drawing_of

    return drawing_of(look(synthesise(8, 1)))


def _welcome(problem: Problem | None = None, reader: bool = True) -> s.Welcome:
    return s.Welcome(reader, True, True, PAYS, True, False, problem)


def _withdraw(**changes: object) -> s.Withdraw:
    facts: dict[str, object] = {
        "account": ACCOUNT,
        "offered_minor": (4000, 6000, 8000, 12000, 18000, 24000),
        "amount_minor": 18000,
        "typing": False,
        "typed": "",
        "mix": s.Mix.MIXED,
        "mixes": tuple(s.Mix),
        "notes": NOTES,
        "left_today_minor": 100000,
        "max_minor": 50000,
        "smallest_minor": 1000,
    }
    return s.Withdraw(**{**facts, **changes})  # type: ignore[arg-type]


def _menu(**changes: object) -> s.Menu:
    facts: dict[str, object] = {
        "first_name": "Amara",
        "account": ACCOUNT,
        "accounts": (ACCOUNT,),
        "quick_minor": (2000, 5000, 10000, 20000),
        "can_withdraw": True,
        "can_deposit": True,
    }
    return s.Menu(**{**facts, **changes})  # type: ignore[arg-type]


def _signup(step: s.SignupStep, **changes: object) -> s.Signup:
    facts: dict[str, object] = {
        "step": step,
        "values": FILLED,
        "problems": {},
        "sms": True,
        "shots": (),
        "can_go_on": True,
    }
    return s.Signup(**{**facts, **changes})  # type: ignore[arg-type]


def screens() -> dict[str, s.Screen]:
    """Every screen by the name of its picture."""
    use, work, lost = s.PinUse, s.Work, s.MoneyState
    return {
        "welcome": _welcome(),
        "welcome_problem": _welcome(Problem.FINGER_NOT_KNOWN),
        "welcome_ambiguous": _welcome(Problem.FINGER_AMBIGUOUS),
        "welcome_picture": _welcome(Problem.PICTURE_WRONG_FORMAT),
        "welcome_no_reader": _welcome(Problem.READER_FAILED, reader=False),
        "welcome_bank_away": replace(
            _welcome(Problem.BANK_AWAY), signup=False, pays_minor=(), takes_notes=False
        ),
        "welcome_no_cash": replace(_welcome(), pays_minor=()),
        "welcome_no_deposits": replace(_welcome(), takes_notes=False),
        "scan_ready": s.Scanning("ready", None),
        "scan_reading": s.Scanning("reading", 0.6),
        "scan_lift": s.Scanning("lift", None),
        "scan_drawn": s.Scanning("lift", None, drawing=_drawing()),
        "scan_dry": s.Scanning("ready", None, 0, Problem.FINGER_NOT_KNOWN, "too-dry"),
        "wait_drawn": s.Wait(s.Work.IDENTIFYING, drawing=_drawing()),
        **{
            f"scan_{p.value}": s.Scanning("ready", None, problem=p)
            for p in Problem
            if p.value.startswith(("finger_", "picture_", "not_a"))
        },
        "scan_shot": s.Scanning("ready", None, 2),
        "number": s.EnterNumber(),
        "number_problem": s.EnterNumber(Problem.TOO_MANY_TRIES),
        **{
            f"number_{p.value}": s.EnterNumber(p)
            for p in (Problem.FINGER_AMBIGUOUS, Problem.READER_FAILED, Problem.FIELD_INVALID)
        },
        "pin_empty": s.EnterPin(use.LOGIN, 0),
        "pin_typing": s.EnterPin(use.LOGIN, 6),
        "pin_full": s.EnterPin(use.LOGIN, 12),
        "pin_wrong": s.EnterPin(use.LOGIN, 0, tries_left=2, problem=Problem.PIN_WRONG),
        "pin_last": s.EnterPin(use.LOGIN, 0, tries_left=1, problem=Problem.PIN_LAST_TRY),
        "pin_by_number": s.EnterPin(use.LOGIN, 0, problem=Problem.PIN_WRONG_BY_NUMBER),
        "pin_confirm": s.EnterPin(use.CONFIRM, 2, amount_minor=42550, payee="Bo Lindqvist"),
        "pin_new": s.EnterPin(use.NEW, 0),
        "pin_easy": s.EnterPin(use.NEW, 0, problem=Problem.PIN_TOO_EASY),
        "pin_repeat": s.EnterPin(use.REPEAT, 4),
        "pins_differ": s.EnterPin(use.NEW, 0, problem=Problem.PINS_DIFFER),
        "menu": _menu(),
        "menu_two_accounts": _menu(accounts=(ACCOUNT, SAVINGS)),
        "menu_long_names": _menu(accounts=(ACCOUNT, replace(SAVINGS, name="House and holidays"))),
        "menu_many_accounts": _menu(
            accounts=(ACCOUNT, *(Account(f"100000730{n}", "Savings", "EUR") for n in range(5)))
        ),
        "menu_no_cash": _menu(quick_minor=(), can_withdraw=False, can_deposit=False),
        "menu_problem": _menu(problem=Problem.BANK_AWAY),
        "withdraw": _withdraw(),
        "withdraw_none": _withdraw(amount_minor=None, notes=()),
        "withdraw_typing": _withdraw(typing=True, typed="180"),
        "withdraw_typing_empty": _withdraw(typing=True, amount_minor=None, notes=()),
        "withdraw_not_payable": _withdraw(
            typing=True,
            typed="185",
            amount_minor=18500,
            notes=(),
            problem=Problem.AMOUNT_NOT_PAYABLE,
        ),
        **{
            f"withdraw_{p.value}": _withdraw(problem=p)
            for p in (Problem.INSUFFICIENT_FUNDS, Problem.LIMIT_DAY, Problem.LIMIT_EACH)
        },
        "withdraw_away": _withdraw(amount_minor=None, notes=(), problem=Problem.BANK_AWAY),
        "take_cash": s.TakeCash(18000, NOTES, 24),
        "take_cash_one": s.TakeCash(2000, (Notes(2000, 1),), 30),
        "take_cash_many": s.TakeCash(50000, (Notes(5000, 4), Notes(2000, 10), Notes(1000, 10)), 9),
        "deposit": s.DepositInsert(ACCOUNT, TAKES, 500000, 50, (), 0),
        "deposit_counting": s.DepositInsert(ACCOUNT, TAKES, 500000, 50, COUNTED, 1),
        "deposit_no_notes": s.DepositInsert(ACCOUNT, TAKES, 500000, 50, (), 0, Problem.NO_NOTES),
        "deposit_review": s.DepositReview(ACCOUNT, COUNTED, 35500, 0),
        "deposit_review_returned": s.DepositReview(ACCOUNT, COUNTED, 35500, 2),
        "take_back": s.TakeBackNotes(COUNTED, 28),
        "transfer_payee": s.TransferPayee(ACCOUNT),
        "transfer_payee_unknown": s.TransferPayee(ACCOUNT, "bob", Problem.PAYEE_UNKNOWN),
        "transfer_amount": s.TransferAmount(ACCOUNT, "Bo Lindqvist", "1179", "", None, 500000),
        "transfer_amount_typed": s.TransferAmount(
            ACCOUNT, "Bo Lindqvist", "1179", "1425.50", 142550, 500000, Problem.INSUFFICIENT_FUNDS
        ),
        "transfer_text": s.TransferText(ACCOUNT, "Bo Lindqvist", "1179", 42550, ""),
        "transfer_text_missing": s.TransferText(
            ACCOUNT, "Bo Lindqvist", "1179", 42550, "", Problem.TEXT_MISSING
        ),
        "transfer_review": s.TransferReview(ACCOUNT, "Bo Lindqvist", "1179", 42550, TEXT),
        "transfer_review_long": s.TransferReview(
            ACCOUNT, "Maximiliane von Hohenlohe", "1179", 499999, (TEXT + ", ") * 2 + "and thanks"
        ),
        "balance": s.Balance(ACCOUNT, 248000, 18000, 230000),
        "balance_plain": s.Balance(ACCOUNT, 123456789, 0, 123456789),
        "statement": s.Statement(ACCOUNT, _lines(), 1, False, True, 18000),
        "statement_full": s.Statement(ACCOUNT, (*_lines(), _lines()[1]), 2, True, True, 0),
        "statement_last": s.Statement(ACCOUNT, _lines()[:2], 3, True, False, 0),
        "statement_empty": s.Statement(ACCOUNT, (), 1, False, False, 0),
        **{f"wait_{w.value}": s.Wait(w) for w in work},
        "wait_still": s.Wait(work.AUTHORISING, still=True),
        "wait_may_cancel": s.Wait(work.CHECKING_PIN, still=True, may_cancel=True),
        "done_withdraw": s.Success("withdraw", 18000, "4F7C-19A2", ACCOUNT),
        "done_deposit": s.Success("deposit", 35500, "4F7C-19A3", ACCOUNT),
        "done_transfer": s.Success("transfer", 42550, "4F7C-19A4", ACCOUNT, "Bo L."),
        **{
            f"done_receipt_{r.value}": s.Success("withdraw", 18000, "4F7C-19A2", ACCOUNT, receipt=r)
            for r in s.Receipt
        },
        "failure_receipt": s.Failure(
            Problem.DEVICE_FAULT, lost.IN_DOUBT, 18000, "4F7C-19A2", True, s.Receipt.FAILED
        ),
        "done_signup": s.Success("signup", 50000, "", ACCOUNT, user_name="amara"),
        **{
            f"failure_{p.value}": s.Failure(p, lost.UNTOUCHED, 18000, "4F7C-19A2", True)
            for p in Problem
        },
        **{
            f"failure_money_{m.value}": s.Failure(
                Problem.DEVICE_FAULT, m, 18000, "4F7C-19A2", False
            )
            for m in lost
        },
        "failure_plain": s.Failure(Problem.SESSION_ENDED, lost.UNTOUCHED, 0, "", False),
        "signup_name": _signup("name", values={}, can_go_on=False),
        "signup_name_taken": _signup("name", problems={"user_name": Problem.USER_NAME_TAKEN}),
        "signup_contact": _signup("contact"),
        "signup_contact_wrong": _signup("contact", problems={"phone": Problem.FIELD_INVALID}),
        "signup_optional": _signup("optional"),
        "signup_optional_gender": _signup("optional", values=FILLED | {"gender": "female"}),
        "signup_fingers": _signup("fingers", can_go_on=False),
        "signup_fingers_two": _signup(
            "fingers",
            shots=(
                s.Shot(78, True, ""),
                s.Shot(31, False, "too-light"),
            ),
            problem=Problem.FINGERS_DIFFER,
        ),
        "signup_review": _signup("review", shots=(s.Shot(78, True, ""), s.Shot(70, True, ""))),
        "signup_review_away": _signup("review", problem=Problem.BANK_AWAY),
        "out_of_service": s.OutOfService(Problem.BANK_AWAY, ""),
        "out_of_service_fault": s.OutOfService(Problem.DEVICE_FAULT, "ATM-0001 / 4F7C", "03:12"),
        "out_of_service_staff": s.OutOfService(
            Problem.BEING_SERVICED, "", staff_problem=Problem.BANK_AWAY
        ),
        "goodbye": s.Goodbye("Amara"),
        "pin_approve": s.EnterPin(use.APPROVE, 4),
        "pin_second": s.EnterPin(use.SECOND, 0, tries_left=2, problem=Problem.PIN_WRONG),
        **operator_samples.screens(),
    }


def views() -> dict[str, View]:
    """Every view by the name of its picture; the question for more time on top of two of them."""
    drawn = {name: View(screen, "EUR") for name, screen in screens().items()}
    drawn["more_time"] = View(_withdraw(), "EUR", more_time_s=20)
    drawn["more_time_late"] = View(_menu(), "EUR", more_time_s=3)
    return drawn
