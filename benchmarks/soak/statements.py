"""Every acknowledged posting is in its statement once, nothing else is, and balances follow."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from benchmarks.soak.history import BalanceRead, Decided, History, Statement, Violation
from benchmarks.soak.holds import open_holds


def judge_statements(history: History, decided: Mapping[str, Decided]) -> Iterator[Violation]:
    """Compare the final statements with the decisions."""
    expected = _postings(decided)
    held = open_holds(decided)
    stated = {statement.number: statement for statement in history.statements}
    for number, opening_minor in history.opening.items():
        statement = stated.get(number)
        if statement is None:
            yield Violation("lost_write", f"{number} has no statement")
            continue
        wanted = expected.get(number, {})
        yield from _rows(statement, wanted, opening_minor)
        yield from _balances(statement, held.get(number, 0))


def judge_reads(history: History, decided: Mapping[str, Decided]) -> Iterator[Violation]:
    """Every balance read is one that the account had between the read's beginning and end."""
    moments = {
        one.outcome.entry: one
        for one in decided.values()
        if one.outcome.entry is not None and one.order.kind != "settle"
    }
    timelines = {s.number: _Timeline(s, moments) for s in history.statements}
    for read in history.reads:
        answer = read.answer
        if not 0 <= answer.held_minor <= answer.booked_minor:
            yield Violation("negative_balance", f"{answer.number}: {answer.booked_minor}")
        if answer.available_minor != answer.booked_minor - answer.held_minor:
            yield Violation("wrong_balance", f"{answer.number}: {answer.available_minor} free")
        timeline = timelines.get(answer.number)
        if timeline is not None and not timeline.had(read):
            yield Violation("stale_read", f"{answer.number}: {answer.booked_minor}")


class _Timeline:
    """The balances an account has had, and the earliest and latest moment of each posting."""

    def __init__(self, statement: Statement, moments: Mapping[int, Decided]) -> None:
        always = float("-inf")  # what no request brought about was there before the run
        causes = [moments.get(row.entry) for row in statement.rows]
        self._balances = [0, *(row.balance_minor for row in statement.rows)]
        self._known = [always, *(one.first_known_s if one else always for one in causes)]
        self._sent = [always, *(one.first_sent_s if one else always for one in causes)]

    def had(self, read: BalanceRead) -> bool:
        """Whether the balance that was read may have been the account's during the read."""
        first = max((i for i, s in enumerate(self._known) if s <= read.began_s))
        last = max((i for i, s in enumerate(self._sent) if s < read.ended_s))
        return read.answer.booked_minor in self._balances[first : last + 1]


def _postings(decided: Mapping[str, Decided]) -> dict[str, dict[int, int]]:
    """Return what each account's statement must hold beside its opening: entry to signed sum."""
    expected: dict[str, dict[int, int]] = {}

    def post(number: str | None, entry: int, amount_minor: int) -> None:
        expected.setdefault(number or "", {})[entry] = amount_minor

    for one in decided.values():
        order, entry = one.order, one.outcome.entry
        if one.outcome.outcome != "posted" or entry is None or order.kind == "settle":
            continue
        if order.kind == "credit":
            post(order.target, entry, order.amount_minor)
        elif order.kind == "transfer":
            post(order.source, entry, -order.amount_minor)
            post(order.target, entry, order.amount_minor)
        elif order.kind == "confirm":
            hold = decided.get(order.original or "")
            post(hold.order.source if hold else None, entry, -order.amount_minor)
    return expected


def _rows(
    statement: Statement, wanted: Mapping[int, int], opening_minor: int
) -> Iterator[Violation]:
    seen: set[int] = set()
    for row in statement.rows:
        if row.kind == "opening_credit":
            sum_minor: int | None = opening_minor
        else:
            sum_minor = wanted.get(row.entry)
        where = f"{statement.number}, entry {row.entry}"
        if sum_minor is None or row.entry in seen:
            yield Violation("double_apply", where)
        elif sum_minor != row.amount_minor:
            yield Violation("wrong_posting", f"{where}: {row.amount_minor}, not {sum_minor}")
        seen.add(row.entry)
    for entry in wanted.keys() - seen:
        yield Violation("lost_write", f"{statement.number}, entry {entry}")


def _balances(statement: Statement, held_minor: int) -> Iterator[Violation]:
    rows, number = statement.rows, statement.number
    balances = [0, *(row.balance_minor for row in rows)]
    for (before, after), row in zip(pairwise(balances), rows, strict=True):
        if after - before != row.amount_minor:
            yield Violation("wrong_balance", f"{number}, entry {row.entry}: {before} to {after}")
        if after < 0:
            yield Violation("negative_balance", f"{number}, entry {row.entry}: {after}")
    if statement.booked_minor != balances[-1]:
        yield Violation("wrong_balance", f"{number}: {statement.booked_minor} booked")
    if statement.held_minor != held_minor:
        yield Violation("wrong_balance", f"{number}: {statement.held_minor} held, not {held_minor}")
    if not 0 <= statement.held_minor <= statement.booked_minor:
        yield Violation("negative_balance", f"{number}: {statement.booked_minor} booked")
