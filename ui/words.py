"""Sentences for everything that can be wrong: what happened, what to do now, what of the money.

Short enough for a screen, without blame and without the machine's own terms.
"""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from kiosk.screens import Mix, MoneyState, Problem, Shot, Work


class Words(NamedTuple):
    """What happened, and what the person can do now."""

    happened: str
    now: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("words", text)


def problem(what: Problem) -> Words:
    """The words for a problem, in the language of the application."""
    happened, now = _PROBLEMS[what]
    return Words(_tr(happened), _tr(now))


def line(what: Problem | None) -> str:
    """Both sentences in one line, for a message on the screen where it happened."""
    return "" if what is None else " ".join(filter(None, problem(what)))


def money(state: MoneyState) -> str:
    """What became of the customer's money."""
    return _tr(_MONEY[state])


def cannot(*, pays: bool, takes_notes: bool) -> str:
    """What an idle machine cannot do just now; empty if it can do everything."""
    match pays, takes_notes:
        case False, False:
            return _tr("No withdrawals and no deposits just now.")
        case False, True:
            return _tr("No withdrawals just now.")
        case True, False:
            return _tr("No deposits just now.")
    return ""


def work(what: Work) -> str:
    """What the machine is doing."""
    return _tr(_WORK[what])


_PROBLEMS: dict[Problem, tuple[str, str]] = {
    Problem.NOT_A_FINGERPRINT: ("That is not a fingerprint.", "Choose another picture."),
    Problem.PICTURE_UNREADABLE: ("That picture cannot be read.", "Choose another picture."),
    Problem.PICTURE_TOO_LARGE: ("That picture is too large.", "Choose one below 8 MB."),
    Problem.PICTURE_WRONG_FORMAT: (
        "That file is not a picture we can read.",
        "Choose a PNG, JPEG, TIFF or BMP.",
    ),
    Problem.FINGER_POOR: (
        "The fingerprint is not clear enough.",
        "Wipe the finger and the reader, and try again.",
    ),
    Problem.FINGER_NOT_KNOWN: (
        "We do not know this finger.",
        "Try the finger you registered, or use your number.",
    ),
    Problem.FINGER_AMBIGUOUS: (
        "The finger alone is not enough this time.",
        "Please use your number.",
    ),
    Problem.FINGER_REPLAYED: (
        "This exact picture was used before.",
        "Please take a fresh one.",
    ),
    Problem.FINGER_SUSPECT: (
        "That did not look like a finger on the reader.",
        "Place your finger itself, or use your number.",
    ),
    Problem.FINGER_TIMEOUT: ("No finger was placed.", "Try again, or use your number."),
    Problem.READER_FAILED: ("The reader does not answer.", "Please use your number."),
    Problem.FINGERS_DIFFER: (
        "These pictures are not of the same finger.",
        "Please add pictures of one finger.",
    ),
    Problem.FINGER_TAKEN: (
        "This finger belongs to a customer already.",
        "Please log in, or ask at a branch.",
    ),
    Problem.PIN_WRONG: ("That PIN is not right.", "Please try again."),
    Problem.PIN_LAST_TRY: (
        "That PIN is not right.",
        "This is your last try before your PIN is locked.",
    ),
    Problem.PIN_WRONG_BY_NUMBER: (
        "That PIN is not right.",
        "Three wrong PINs close the way in by number. Your finger and PIN open it again.",
    ),
    Problem.PIN_LOCKED: (
        "Your PIN is locked after three wrong tries.",
        "Place your finger again: that gives you new tries. If you have forgotten the PIN, choose a"
        " new one at any branch of the bank.",
    ),
    Problem.PIN_BLOCKED: (
        "Your PIN is locked after ten wrong tries.",
        "Come to any branch of the bank with an identity card. Two of our staff make sure that it"
        " is you, and you choose a new PIN there.",
    ),
    Problem.PIN_FORGOTTEN: (
        "We cannot show or send you a PIN.",
        "Come to any branch of the bank with an identity card. Two of our staff make sure that it"
        " is you, and you choose a new PIN there.",
    ),
    Problem.PIN_TOO_EASY: ("That PIN is too easy to guess.", "Please choose another."),
    Problem.PINS_DIFFER: ("The two PINs are not the same.", "Please choose a PIN again."),
    Problem.AMOUNT_NOT_PAYABLE: (
        "This amount cannot be paid in our notes.",
        "Please choose another amount.",
    ),
    Problem.AMOUNT_TOO_LARGE: ("That amount is too large.", "Please enter a smaller one."),
    Problem.INSUFFICIENT_FUNDS: (
        "There is not enough money in the account.",
        "Please choose a smaller amount.",
    ),
    Problem.LIMIT_EACH: (
        "That is more than can be moved at once.",
        "Please choose a smaller amount.",
    ),
    Problem.LIMIT_DAY: (
        "That is more than is left for today.",
        "Please choose a smaller amount, or come back tomorrow.",
    ),
    Problem.PAYEE_UNKNOWN: ("We found no account for that.", "Please check it and try again."),
    Problem.PAYEE_SELF: ("That is your own account.", "Please enter somebody else's."),
    Problem.TEXT_MISSING: ("The purpose is missing.", "Please say what the money is for."),
    Problem.ACCOUNT_CLOSED: ("This account is closed.", "Please ask at a branch."),
    Problem.DECLINED: ("The bank did not agree to this.", "Please ask at a branch."),
    Problem.NO_NOTES: ("No notes were found in the slot.", "Put notes in, or leave."),
    Problem.FIELD_MISSING: ("This is needed.", ""),
    Problem.FIELD_INVALID: ("This does not look right.", "Please check it."),
    Problem.USER_NAME_TAKEN: ("That user name is taken.", "Please choose another."),
    Problem.BANK_AWAY: (
        "The bank cannot be reached just now.",
        "Please try again in a few minutes, or use another machine.",
    ),
    Problem.TOO_MANY_TRIES: ("There were too many tries.", "Please wait a minute and try again."),
    Problem.SESSION_ENDED: ("Your visit has ended.", "Please log in again."),
    Problem.DEVICE_FAULT: (
        "The cash unit has a fault.",
        "Please use another machine for cash.",
    ),
    Problem.CASH_NOT_TAKEN: (
        "The cash was not taken in time.",
        "The machine has taken it back. Start again if you still need cash.",
    ),
    Problem.SIGNUP_UNKNOWN: (
        "Your account may not be open yet.",
        "Show your finger in a few minutes. If it is not known, open the account again.",
    ),
    Problem.STILL_UNKNOWN: (
        "The bank's answer is still on its way.",
        "Please look at your statement later, and do not repeat this yet.",
    ),
    Problem.BEING_SERVICED: (
        "This machine is being looked after.",
        "Please use another machine, or come back later.",
    ),
    Problem.NOT_OPERATOR: (
        "That person does not look after machines.",
        "An operator's own finger and PIN are needed.",
    ),
    Problem.SAME_PERSON: (
        "That is the same person.",
        "Another operator must approve what was counted.",
    ),
    Problem.ABOVE_CAPACITY: (
        "That is more than fits.",
        "Please count again.",
    ),
    Problem.ADVICES_PENDING: (
        "The bank has not heard of everything yet.",
        "Wait until nothing is pending, then begin again.",
    ),
    Problem.SHEET_BOOKED: (
        "This exchange has another sheet.",
        "Give it up here, and count again.",
    ),
    Problem.MACHINE_FAULT: (
        "This machine has a fault.",
        "Please use another machine.",
    ),
    Problem.TERMINAL_DENIED: (
        "The bank has taken this machine out of service.",
        "Please use another machine.",
    ),
    Problem.NOT_ENROLLED: (
        "This machine has no valid certificate of the bank.",
        "Please use another machine. Staff: enrol it again (kiosk enrol).",
    ),
}

_MONEY: dict[MoneyState, str] = {
    MoneyState.UNTOUCHED: "No money was taken from your account.",
    MoneyState.RELEASE_FOLLOWS: (
        "The amount may look reserved at first. It will be released automatically."
    ),
    MoneyState.IN_DOUBT: (
        "We cannot tell yet what became of the money. "
        "The bank will settle this under the reference."
    ),
    MoneyState.NOTES_RETURNED: "Your notes were returned. Nothing was paid in.",
    MoneyState.CREDIT_FOLLOWS: (
        "Your notes are safely stored. The amount will be credited automatically."
    ),
}

_WORK: dict[Work, str] = {
    Work.IDENTIFYING: "Finding your account",
    Work.CHECKING_PIN: "Checking your PIN",
    Work.READING_ACCOUNT: "Reading your account",
    Work.AUTHORISING: "Asking the bank",
    Work.COUNTING_OUT: "Counting your notes",
    Work.COUNTING_IN: "Counting your notes",
    Work.STORING: "Storing your notes",
    Work.RETURNING_NOTES: "Giving your notes back",
    Work.TRANSFERRING: "Sending the money",
    Work.SIGNING_UP: "Opening your account",
    Work.STARTING: "Starting",
    Work.LOOKING: "Looking at the machine",
    Work.CLOSING_SAFE: "Putting the machine back to work",
}

_KINDS: dict[str, str] = {
    "withdrawal": "Cash withdrawal",
    "deposit": "Cash deposit",
    "opening_credit": "Opening credit",
    "correction": "Correction by the bank",
    "suspense": "Held for checking",
}

_MIXES: dict[Mix, str] = {Mix.FEWEST: "Fewest", Mix.MIXED: "Mixed", Mix.SMALL: "Small"}


def kind(name: str, amount_minor: int) -> str:
    """What a posting is called on a statement."""
    if name == "transfer":
        return _tr("Transfer received") if amount_minor > 0 else _tr("Transfer sent")
    return _tr(_KINDS.get(name, "Booking"))


def mix(what: Mix) -> str:
    """The name of a choice of notes."""
    return _tr(_MIXES[what])


def wrong_pin(tries_left: int) -> str:
    """A wrong PIN with the tries that are left."""
    if tries_left == 1:
        return line(Problem.PIN_LAST_TRY)
    return _tr("That PIN is not right. You have %1 tries left.").replace("%1", str(tries_left))


_FIELDS: dict[str, str] = {
    "user_name": "User name",
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Phone",
    "email": "E-mail",
    "address": "Address",
    "national_id": "National ID",
    "gender": "Gender",
}


_WRITTEN: dict[str, str] = {
    "user_name": "begin with a small letter; small letters and figures follow.",
    "phone": "6 to 15 figures, + if from abroad.",
    "email": "a name, an @, and where it is.",
}


def field(name: str, found: Problem) -> str:
    """What is wrong with a field, with the field's name, and how it is written where that helps."""
    told = _tr(_FIELDS.get(name, name))
    if found is Problem.FIELD_INVALID and name in _WRITTEN:
        return f"{told}: {_tr(_WRITTEN[name])}"
    return f"{told}: {line(found)}"


def advice(shot: Shot) -> str:
    """What to do better with the next picture of a finger."""
    if shot.good:
        return _tr("Clear enough")
    return _tr(_ADVICE.get(shot.advice, "Try another picture"))


def finger_problem(what: Problem | None, tip: str) -> str:
    """Why the finger was not good enough or not known, and what would make it better."""
    if what is None or tip not in _TIPS:
        return line(what)
    return f"{problem(what)[0]} {_tr(_TIPS[tip])}"


_TIPS: dict[str, str] = {
    "too-light": "Press a little more.",
    "too-dry": "The finger is dry: breathe on it.",
    "too-wet": "The finger is wet: dry it first.",
    "partial": "Lay down the whole fingertip.",
    "move-left": "Lay it further to the left.",
    "move-right": "Lay it further to the right.",
    "move-up": "Lay it further up.",
    "move-down": "Lay it further down.",
    "turn": "Turn the finger so that it points straight up.",
    "wipe": "Wipe the glass and the finger.",
    "smudged": "Hold the finger still.",
    "again": "Lift the finger and lay it down again.",
}

_ADVICE: dict[str, str] = {
    "no-finger": "No finger to be seen",
    "too-light": "Press a little more",
    "too-dry": "Breathe on the finger",
    "too-wet": "Dry the finger first",
    "partial": "Lay down the whole tip",
    "move-left": "A little to the left",
    "move-right": "A little to the right",
    "move-up": "A little further up",
    "move-down": "A little further down",
    "turn": "Point it straight up",
    "wipe": "Wipe glass and finger",
    "smudged": "Hold the finger still",
    "again": "Lift it and try again",
}
