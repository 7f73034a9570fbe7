"""The session of one customer after another, as a plain function without clock or thread.

``step(state, event) -> (state, effects)`` over frozen dataclasses. Events are what a person does
(``kiosk.events``) and what comes back from effects (``answers``); effects (``effects``) are
performed by ``kiosk.runner``. One module a subject, each a partial step; ``timeouts`` owns every
timer.

    Welcome -> Scanning | EnterNumber -> EnterPin -> Menu -> Withdraw, Deposit..., Transfer...,
    Balance, Statement -> Goodbye -> Welcome;  Welcome -> Signup -> EnterPin twice -> Success

There are no errors of its own: an event that means nothing here changes nothing.
"""

from kiosk.session.state import State, view
from kiosk.session.step import begin, step
from kiosk.session.timeouts import Event

__all__ = ["Event", "State", "begin", "step", "view"]
