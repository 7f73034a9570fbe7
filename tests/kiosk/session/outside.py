"""What bank, devices and reader may answer to an effect of the session, as strategies."""

from dataclasses import replace

import hypothesis.strategies as st

from kiosk import screens as sc
from kiosk.session import answers
from kiosk.session import effects as e
from kiosk.session.state import Login
from tests.kiosk.session.world import BO, FACTOR1, TICKET

NOTES = (sc.Notes(5000, 1),)
PEOPLE = ("Amara", "Chiara", "Dina")


def answers_to(effect: e.Effect, logins: int) -> st.SearchStrategy[answers.Answer | None]:
    """What the world may answer to an effect: good, bad, or nothing any more."""
    a, n = answers, getattr(effect, "number", 0)
    broke: st.SearchStrategy[answers.Answer | None] = st.just(a.Broke(n))
    failed = st.builds(
        a.CallFailed, st.just(n), st.sampled_from([sc.Problem.BANK_AWAY, sc.Problem.SESSION_ENDED])
    )
    done = st.builds(
        a.MoneyDone,
        number=st.just(n),
        ok=st.booleans(),
        problem=st.sampled_from([None, sc.Problem.PIN_WRONG, sc.Problem.INSUFFICIENT_FUNDS]),
        money=st.sampled_from(list(sc.MoneyState)),
        amount_minor=st.just(5000),
        reference=st.just("K7QM-2R4T"),
        out_of_service=st.booleans(),
    )
    working = st.sampled_from(
        [
            a.Working(n, sc.Work.COUNTING_OUT),
            a.CashPresented(n, 5000, NOTES, 20),
            a.NotesOffered(n, NOTES, 20),
        ]
    )
    login = Login(f"s{logins}", "A" * 22, PEOPLE[logins % 3], (BO,), 30000)
    good: st.SearchStrategy[answers.Answer | None]
    match effect:
        case e.ReadFinger():
            good = st.just(a.FingerRead(n, bytes([n % 256]), 80))
            failed_finger = st.builds(
                a.FingerFailed,
                st.just(n),
                st.sampled_from(
                    [
                        sc.Problem.FINGER_POOR,
                        sc.Problem.READER_FAILED,
                        sc.Problem.FINGER_TIMEOUT,
                        sc.Problem.NOT_A_FINGERPRINT,
                    ]
                ),
            )
            return good | good | failed_finger | broke
        case e.Identify() | e.LookUp():
            good = st.just(a.Identified(n, FACTOR1))
            other = st.just(a.CallFailed(n, sc.Problem.FINGER_AMBIGUOUS))
            unknown = st.just(a.CallFailed(n, sc.Problem.FINGER_NOT_KNOWN))
            return good | good | good | other | unknown | failed | broke
        case e.ProveLogin():
            good = st.just(a.LoggedIn(n, login))
            return good | good | good | st.just(a.PinRefused(n, 1)) | failed | broke
        case e.KeepNewPin():
            return st.just(a.NewPinKept(n)) | st.just(a.NewPinKept(n)) | st.just(a.NewPinTooEasy(n))
        case e.MatchNewPin():
            return st.builds(a.NewPinsCompared, st.just(n), st.booleans())
        case e.ReadBalance():
            return st.just(a.BalanceRead(n, 1, 0, 1)) | failed | broke
        case e.ReadStatement():
            return st.just(a.StatementRead(n, (), n, 0)) | failed | broke
        case e.FindPayee():
            good = st.just(a.PayeeFound(n, sc.Account("1000000077", "Ed", "EUR")))
            return good | good | st.just(a.CallFailed(n, sc.Problem.PAYEE_UNKNOWN)) | failed | broke
        case e.PayOut() | e.SendMoney() | e.StoreNotes() | e.ReturnNotes():
            return done | working | broke
        case e.OpenSlot() | e.ReopenSlot():
            opened = st.just(a.SlotOpened(n))
            return opened | opened | opened | done.map(lambda d: replace(d, ok=False)) | broke
        case e.CountNotes():
            counted = st.just(a.NotesInEscrow(n, NOTES))
            return counted | counted | st.just(a.NotesInEscrow(n, ())) | broke
        case e.BeginSignup():
            taken = st.just(a.SignupRefused(n, sc.Problem.USER_NAME_TAKEN, "user_name"))
            return st.just(a.SignupBegun(n, TICKET)) | taken | failed | broke
        case e.FinishSignup():
            account = sc.Account("1000000088", "Dina", "EUR")
            return st.just(a.SignedUp(n, "dina", account, 50000)) | broke | failed
    return st.none()
