"""Touches of somebody at the machine: any, those with a purpose, and each screen's buttons."""

from typing import get_args

import hypothesis.strategies as st

from kiosk import events as ev
from kiosk import screens as sc

TEXTS = st.sampled_from(["", " ", "bo.l", "amara", "60", "60.5", "400", "-1", "x" * 200, "\n", "0"])
USER_EVENTS = st.one_of(
    st.sampled_from(
        [
            ev.TouchStart(),
            ev.UseNumber(),
            ev.NumberEntered("amara"),
            ev.PinBackspace(),
            ev.PinClear(),
            ev.PinEnter(),
            ev.ForgotPin(),
            ev.QuickAmount(5000),
            ev.PickAmount(40000),
            ev.PickAmount(-5),
            ev.PickMix(sc.Mix.SMALL),
            ev.Confirm(),
            ev.AddMore(),
            ev.NotesIn(),
            ev.Older(),
            ev.Newer(),
            ev.SignupStart(),
            ev.SignupSms(True),
            ev.DropShot(1),
            ev.Back(),
            ev.Cancel(),
            ev.Touched(),
            ev.MoreTime(),
            ev.Finish(),
        ]
    ),
    st.builds(ev.PinDigit, st.integers(-1, 10)),
    st.builds(ev.Choose, st.sampled_from(["withdraw", "deposit", "transfer", "balance", "x"])),
    st.builds(ev.Choose, st.just("statement")),
    st.builds(ev.TypeAmount, TEXTS),
    st.builds(ev.Text, TEXTS),
    st.builds(ev.NumberEntered, TEXTS),
    st.builds(ev.SelectAccount, TEXTS),
    st.builds(
        ev.SignupField,
        st.sampled_from(["user_name", "first_name", "last_name", "phone", "email", "zzz"]),
        TEXTS,
    ),
    st.builds(ev.SignupGoTo, st.sampled_from(["name", "contact", "optional", "fingers", "review"])),
)
# What a person with a purpose does: without it, random touches seldom get past the PIN.
PURPOSES = (
    (ev.TouchStart(),),
    (ev.UseNumber(), ev.NumberEntered("amara")),
    (*(ev.PinDigit(d) for d in (4, 8, 2, 9)), ev.PinEnter()),
    (ev.QuickAmount(5000), ev.Confirm()),
    (ev.Choose("withdraw"), ev.PickAmount(40000), ev.Confirm()),
    (ev.Choose("deposit"),),
    (ev.NotesIn(),),
    (ev.Choose("transfer"), ev.Text("bo.l")),
    (ev.TypeAmount("25"), ev.Confirm(), ev.Text("Rent"), ev.Confirm()),
    (
        ev.SignupStart(),
        ev.SignupField("user_name", "dina"),
        ev.SignupField("first_name", "Dina"),
        ev.SignupField("last_name", "Haddad"),
        ev.Confirm(),
        ev.SignupField("phone", "+4915110000009"),
        ev.Confirm(),
        ev.Confirm(),
    ),
    (ev.Confirm(), ev.Confirm()),
)
assert {type(x) for p in PURPOSES for x in p} <= set(get_args(ev.UserEvent))

DIGITS = tuple(ev.PinDigit(d) for d in (4, 8, 2, 9))
ENDS: tuple[ev.UserEvent, ...] = (ev.Confirm(), ev.Back(), ev.Cancel(), ev.Finish())
# What a screen has buttons for: chance alone would mostly press what is not there.
BUTTONS: dict[type, tuple[ev.UserEvent, ...]] = {
    sc.Welcome: (ev.TouchStart(), ev.UseNumber(), ev.SignupStart()),
    sc.Goodbye: (ev.TouchStart(), ev.UseNumber(), *ENDS),
    sc.Scanning: (ev.UseNumber(), *ENDS),
    sc.EnterNumber: (ev.NumberEntered("amara"), ev.NumberEntered(""), *ENDS),
    sc.EnterPin: (
        *DIGITS,
        ev.PinEnter(),
        ev.PinBackspace(),
        ev.PinClear(),
        ev.ForgotPin(),
        *ENDS,
    ),
    sc.Menu: (
        ev.QuickAmount(5000),
        *(ev.Choose(w) for w in ("withdraw", "deposit", "transfer", "balance", "statement")),
        ev.Finish(),
    ),
    sc.Withdraw: (ev.PickAmount(5000), ev.PickAmount(40000), ev.TypeAmount("60"), *ENDS),
    sc.DepositInsert: (ev.NotesIn(), *ENDS),
    sc.DepositReview: (ev.AddMore(), *ENDS),
    sc.TransferPayee: (ev.Text("bo.l"), ev.Text(""), *ENDS),
    sc.TransferAmount: (ev.TypeAmount("25"), ev.TypeAmount("x"), *ENDS),
    sc.TransferText: (ev.Text("Rent"), ev.Text(""), *ENDS),
    sc.Statement: (ev.Older(), ev.Newer(), *ENDS),
    sc.Signup: (ev.SignupGoTo("name"), ev.SignupGoTo("fingers"), ev.DropShot(1), *ENDS),
}
