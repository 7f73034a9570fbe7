"""The judge of a run: a pure function from a history to the promises that were broken in it.

Kinds of violations::

    undecided          a request that nobody answered for after everything had healed
    changed_answer     one uid, two different stored answers
    other_body         one uid, and another body was taken for it
    wrong_answer       a decision about something else than was asked
    double_settlement  one hold posted or voided more than once
    lost_hold          a hold that was acknowledged and then unknown to its confirm
    no_tombstone       a reversal or settlement promised "never", and then it was done
    lost_write         an acknowledged posting is in no statement
    double_apply       a posting in a statement that no decision accounts for
    wrong_posting      a posting of another sum than was acknowledged
    negative_balance   a balance, or a balance less its holds, below zero
    wrong_balance      a running or final balance that its postings do not give
    stale_read         a read without what was acknowledged before it, or of what never was
    torn_read          accounts that pay only one another, read in one answer, with another sum
"""

from collections.abc import Iterator

from benchmarks.soak.history import Decided, Exchange, History, Violation
from benchmarks.soak.holds import judge_holds
from benchmarks.soak.statements import judge_reads, judge_statements
from protocol.messages.money import Order, Outcome


def judge(history: History) -> tuple[Violation, ...]:
    """Return every broken promise; an empty tuple means that all were kept."""
    decided, found = decisions(history.exchanges)
    return (
        *found,
        *judge_holds(decided),
        *judge_statements(history, decided),
        *judge_reads(history, decided),
        *_sweeps(history),
    )


def decisions(
    exchanges: tuple[Exchange, ...],
) -> tuple[dict[str, Decided], tuple[Violation, ...]]:
    """Return the decision about each uid, and what is wrong with the answers themselves."""
    by_uid: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        by_uid.setdefault(exchange.order.uid, []).append(exchange)
    decided: dict[str, Decided] = {}
    found: list[Violation] = []
    for uid, tries in by_uid.items():
        answered = sorted((t for t in tries if t.status == 200), key=lambda t: t.ended_s)
        if not answered:
            found.append(Violation("undecided", f"{uid}: {tries[-1].status}"))
            continue
        first = answered[0]
        if any(other.answer != first.answer for other in answered):
            found.append(Violation("changed_answer", uid))
        if any(other.body != first.body for other in answered):
            found.append(Violation("other_body", uid))
        outcome = first.outcome()
        if outcome is None:
            continue
        found += _fits(first.order, outcome)
        sent = min(t.began_s for t in tries if t.body == first.body)
        decided[uid] = Decided(first.order, outcome, sent, first.ended_s)
    return decided, tuple(found)


_WORDS = {
    "authorise": {"held", "refused"},
    "transfer": {"posted", "refused"},
    "confirm": {"posted", "suspended"},
    "reversal": {"voided", "tombstoned", "suspended"},
    "credit": {"posted", "suspended"},
    "settle": {"posted", "tombstoned", "recorded"},
    "case": {"recorded"},
}


def _fits(order: Order, outcome: Outcome) -> Iterator[Violation]:
    asked = (order.uid, order.kind, order.amount_minor, order.currency, order.original)
    told = (outcome.uid, outcome.kind, outcome.amount_minor, outcome.currency, outcome.original)
    if asked != told or outcome.outcome not in _WORDS[order.kind]:
        yield Violation("wrong_answer", f"{order.uid}: {outcome.kind} {outcome.outcome}")


def _sweeps(history: History) -> Iterator[Violation]:
    total = sum(history.opening[number] for number in history.ring)
    for sweep in history.sweeps:
        seen = {number: booked for number, booked, _ in sweep.accounts}
        if seen.keys() != history.ring or sum(seen.values()) != total:
            yield Violation("torn_read", f"{sum(seen.values())} in place of {total}")
        for number, booked, held in sweep.accounts:
            if not 0 <= held <= booked:
                yield Violation("negative_balance", f"{number}: {booked}, {held} of it held")
