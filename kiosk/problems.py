"""Everything that can be wrong, and what it did to money: facts, no words."""

from enum import StrEnum


class Problem(StrEnum):
    """Everything that can be wrong, in the customer's eyes. Each has words in ``ui``."""

    # fingers
    NOT_A_FINGERPRINT = "not_a_fingerprint"
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_WRONG_FORMAT = "picture_wrong_format"
    FINGER_POOR = "finger_poor"
    FINGER_NOT_KNOWN = "finger_not_known"
    FINGER_AMBIGUOUS = "finger_ambiguous"
    FINGER_REPLAYED = "finger_replayed"
    FINGER_SUSPECT = "finger_suspect"
    FINGER_TIMEOUT = "finger_timeout"
    READER_FAILED = "reader_failed"
    FINGERS_DIFFER = "fingers_differ"
    FINGER_TAKEN = "finger_taken"
    # PIN
    PIN_WRONG = "pin_wrong"
    PIN_LAST_TRY = "pin_last_try"
    PIN_WRONG_BY_NUMBER = "pin_wrong_by_number"
    PIN_LOCKED = "pin_locked"
    """A fresh finger opens it."""
    PIN_BLOCKED = "pin_blocked"
    """Only a branch opens it."""
    PIN_FORGOTTEN = "pin_forgotten"
    PIN_TOO_EASY = "pin_too_easy"
    PINS_DIFFER = "pins_differ"
    # money
    AMOUNT_NOT_PAYABLE = "amount_not_payable"
    AMOUNT_TOO_LARGE = "amount_too_large"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EACH = "limit_each"
    LIMIT_DAY = "limit_day"
    PAYEE_UNKNOWN = "payee_unknown"
    PAYEE_SELF = "payee_self"
    TEXT_MISSING = "text_missing"
    ACCOUNT_CLOSED = "account_closed"
    DECLINED = "declined"
    NO_NOTES = "no_notes"
    # forms
    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    USER_NAME_TAKEN = "user_name_taken"
    # the bank and the machine
    BANK_AWAY = "bank_away"
    TOO_MANY_TRIES = "too_many_tries"
    SESSION_ENDED = "session_ended"
    DEVICE_FAULT = "device_fault"
    CASH_NOT_TAKEN = "cash_not_taken"
    STILL_UNKNOWN = "still_unknown"
    SIGNUP_UNKNOWN = "signup_unknown"
    MACHINE_FAULT = "machine_fault"
    TERMINAL_DENIED = "terminal_denied"
    NOT_ENROLLED = "not_enrolled"
    # operators
    BEING_SERVICED = "being_serviced"
    NOT_OPERATOR = "not_operator"
    SAME_PERSON = "same_person"
    ABOVE_CAPACITY = "above_capacity"
    ADVICES_PENDING = "advices_pending"
    SHEET_BOOKED = "sheet_booked"


class MoneyState(StrEnum):
    """What a failure did to the customer's money; never better than what is durable."""

    UNTOUCHED = "untouched"  # nothing was booked, or the bank acknowledged the release
    RELEASE_FOLLOWS = "release_follows"  # the reversal is durable here and not yet acknowledged
    IN_DOUBT = "in_doubt"  # a case is open under the reference
    NOTES_RETURNED = "notes_returned"
    CREDIT_FOLLOWS = "credit_follows"  # notes are stored; the credit is durable here
