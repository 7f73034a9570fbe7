"""Cases as text: a list with deadlines, one case from three sides, what became of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from protocol.messages.cases import CaseAnswer, CaseBrief, CaseFinding
from protocol.messages.staff import ActAnswer
from protocol.money import format_minor

_REFUSED = {
    "unknown": "There is no such case.",
    "already_closed": "The case is closed already.",
    "pin_refused": "The PIN is wrong. Nothing was kept.",
    "changed": "The machine has settled it meanwhile: look at the case again.",
    "hold_open": "The sum is still held on the account: charge what was paid out, or nothing.",
    "more_than_held": "That is more than is held.",
    "account_unknown": "--account names no open account in the case's currency.",
    "insufficient_funds": "The account does not have that much.",
}
_NO_SUM = "sum not known"
_KINDS = {
    "reported": "reported by the machine",
    "suspended_confirm": "paid out, but no hold stood",
    "suspended_credit": "paid in, but could not be credited",
    "suspended_reversal": "given back, but booked before",
    "unknown_hold": "a hold the machine does not know",
    "cash_difference": "counted and booked cash differ",
    "unapproved_cash": "cash moved, not approved by two",
}


def list_lines(rows: Sequence[CaseBrief], *, more: bool, now_s: int) -> list[str]:
    """One line a case, the oldest first, and how many are overdue."""
    if not rows:
        return ["No cases."]
    late = sum(row.closed_at is None and row.due_at < now_s for row in rows)
    lines = [
        f"{row.number}  {row.terminal}  {_sum(row.amount_minor, row.currency):>14}"
        f"  {_state(row, now_s):<24}  {_KINDS[row.kind]}"
        for row in rows
    ]
    if more:
        lines.append("There are more: close some, or ask for one --terminal.")
    if late:
        lines.append(f"{late} past the deadline.")
    return lines


def show_lines(
    found: CaseAnswer, journal: Iterable[str], device: Iterable[str], now_s: int
) -> list[str]:
    """A case as the ledger, the machine's journal and its cash device have it."""
    case = found.case
    lines = [
        f"{case.number}: {_sum(case.amount_minor, case.currency)}, {_KINDS[case.kind]}",
        f"Machine {case.terminal}, movement {case.original or case.uid}",
        f"Opened {_when(case.opened_at)}, {_state(case, now_s)}",
    ]
    lines += [f"The machine says: {case.text}"] if case.text else []
    lines += [f"The bank's reason: {case.reason}"] if case.reason else []
    lines += ["", "LEDGER"]
    lines += [
        f"  {_when(r.decided_at)}  {r.kind} {_sum(r.amount_minor, case.currency)}: {r.outcome}"
        + (f" ({r.reason})" if r.reason else "")
        + (f", entry {r.entry}" if r.entry else "")
        for r in found.requests
    ] or ["  nothing arrived"]
    if found.hold is not None:
        lines.append(f"  hold of {_sum(found.hold.amount_minor, case.currency)} on {_hold(found)}")
    lines += ["JOURNAL", *(f"  {line}" for line in journal)]
    lines += ["DEVICE", *(f"  {line}" for line in device)]
    if found.findings:
        lines.append("FOUND")
    lines += [
        f"  {_when(f.found_at)}  {f.person}: {_verdict(f.verdict, f.amount_minor, case.currency)}"
        + (f" on {f.account}" if f.account else "")
        + f" ({f.reason})"
        for f in found.findings
    ]
    return lines


def closed_line(answer: ActAnswer, finding: CaseFinding) -> str:
    """What became of a finding.

    Raises:
        ValueError: it was refused; the message says why.
    """
    if answer.outcome == "waiting":
        return f"{finding.number}: kept. A second person must find the same to close it."
    if answer.outcome == "done":
        entry = f" by entry {answer.entry}" if answer.entry else ", nothing was booked"
        return f"{finding.number}: closed{entry}. Reference {answer.reference}."
    raise ValueError(_REFUSED.get(answer.reason or "", f"Refused: {answer.reason}."))


def _hold(found: CaseAnswer) -> str:
    hold = found.hold
    if hold is None:
        return ""
    if hold.posted_minor is None:
        return f"{hold.account}: open"
    if hold.posted_minor == 0:
        return f"{hold.account}: voided"
    return f"{hold.account}: {_sum(hold.posted_minor, found.case.currency)} of it posted"


def _verdict(verdict: str, amount_minor: int, currency: str) -> str:
    return verdict if not amount_minor else f"{verdict} {_sum(amount_minor, currency)}"


def _state(case: CaseBrief, now_s: int) -> str:
    if case.closed_at is not None:
        return f"closed {_when(case.closed_at)}"
    days = (case.due_at - now_s) // 86_400
    return f"OVERDUE by {-days} d" if case.due_at < now_s else f"due in {days} d"


def _sum(amount_minor: int | None, currency: str) -> str:
    return f"{format_minor(amount_minor, currency)} {currency}" if amount_minor else _NO_SUM


def _when(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
