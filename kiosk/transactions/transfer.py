"""A transfer: the bank decides; an outcome that stays unknown is settled, never asked again.

INTENT, send, DONE or DECLINED. Unknown: SETTLING, whose own signed request asks what became of it
and forbids it if the bank never saw it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Self

from backend_client.outcomes import Done, Refused
from kiosk.screens import Problem
from kiosk.transactions import orders
from kiosk.transactions.acts import (
    Acknowledged,
    Answered,
    Begun,
    Effect,
    Event,
    Forward,
    Rebooted,
    Record,
    Recorded,
    RecordFailed,
    Submit,
)
from kiosk.transactions.reasons import problem_of
from kiosk.transactions.records import members_of
from kiosk.transactions.words import Word


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a transfer stands; ``session`` is the hash in the order."""

    uid: str
    terminal: str
    account: str
    payee: str
    session: str
    amount_minor: int
    currency: str
    text: str
    reference: str = ""
    problem: Problem | None = None
    word: Word = Word.NONE

    def to_data(self) -> dict[str, Any]:
        """See ``Transaction``."""
        data = asdict(self)
        del data["word"]
        return data | {"kind": "transfer"}

    @classmethod
    def from_data(cls, word: Word, data: Mapping[str, Any]) -> Self:
        """Return the state of a record."""
        return cls(word=word, **members_of(data))


Stepped = tuple[Transfer, tuple[Effect, ...]]


def step(state: Transfer, event: Event) -> Stepped:
    """Return the state after ``event`` and what to do next; pure."""
    match event:
        case Begun():
            order = orders.transfer(
                state.uid,
                state.terminal,
                (state.account, state.payee),
                state.amount_minor,
                state.currency,
                state.text,
                state.session,
            )
            return state, (Record(replace(state, word=Word.INTENT), lambda _fresh: order),)
        case Recorded(word=Word.INTENT):
            return replace(state, word=Word.INTENT), (Submit(),)
        case Recorded(word=Word.SETTLING):
            return replace(state, word=Word.SETTLING), (Forward(wait=True),)
        case Recorded(word=word):
            return replace(state, word=word), ()
        case RecordFailed():
            return replace(state, problem=Problem.MACHINE_FAULT), ()
        case Answered() if state.word is Word.INTENT:
            return _answered(state, event)
        case Rebooted() if state.word is Word.INTENT:
            return _settle(state)
        case Acknowledged() if state.word is Word.SETTLING:
            return _settled(state, event)
    return state, ()


def _answered(state: Transfer, event: Answered) -> Stepped:
    match event.decision:
        case Done(outcome=outcome) if outcome.outcome == "posted":
            return _end(state, Word.DONE, outcome.reference, None)
        case Refused(outcome=outcome):
            return _end(state, Word.DECLINED, outcome.reference, problem_of(outcome.reason))
    return _settle(state)


def _settle(state: Transfer) -> Stepped:
    state = replace(state, problem=Problem.STILL_UNKNOWN)
    order = partial(
        orders.settle,
        terminal=state.terminal,
        original=state.uid,
        amount_minor=state.amount_minor,
        currency=state.currency,
    )
    return state, (Record(replace(state, word=Word.SETTLING), order),)


def _settled(state: Transfer, event: Acknowledged) -> Stepped:
    outcome = event.outcome
    match outcome.original_outcome or outcome.outcome:
        case "posted":
            return _end(state, Word.DONE, outcome.reference, None)
        case "refused":
            problem = problem_of(outcome.original_reason)
            return _end(state, Word.DECLINED, outcome.reference, problem)
        case "tombstoned":
            return _end(state, Word.DECLINED, outcome.reference, Problem.BANK_AWAY)
    # No decision this program knows: it stays open in the journal, and is asked at the next start.
    return state, ()


def _end(state: Transfer, word: Word, reference: str, problem: Problem | None) -> Stepped:
    state = replace(state, reference=reference, problem=problem)
    return state, (Record(replace(state, word=word)),)
