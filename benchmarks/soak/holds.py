"""One settlement a hold, and tombstones that refuse: what decisions owe one another."""

from collections.abc import Iterator, Mapping

from benchmarks.soak.history import Decided, Violation


def judge_holds(decided: Mapping[str, Decided]) -> Iterator[Violation]:
    """Yield what is wrong between orders and the advices that name them."""
    naming: dict[str, list[Decided]] = {}
    for one in decided.values():
        if one.order.original is not None:
            naming.setdefault(one.order.original, []).append(one)
    for uid, advices in naming.items():
        original = decided.get(uid)
        if original is not None:
            yield from _promised_never(original, advices)
            if original.order.kind == "authorise":
                yield from _settled_once(original, advices)


def _promised_never(original: Decided, advices: list[Decided]) -> Iterator[Violation]:
    done = original.outcome.outcome in ("held", "posted")
    for advice in advices:
        said = advice.outcome.outcome
        if done and said == "tombstoned" and advice.order.kind in ("reversal", "settle"):
            yield Violation("no_tombstone", f"{original.order.uid} after {advice.order.uid}")
        if not done and (
            (said == "posted" and advice.order.kind != "settle")
            or (said == "voided")
            or (said == "posted" and advice.outcome.original_outcome == "posted")
        ):
            yield Violation("wrong_answer", f"{advice.order.uid}: {said} of what was refused")


def _settled_once(original: Decided, advices: list[Decided]) -> Iterator[Violation]:
    uid = original.order.uid
    posted = [a for a in advices if (a.order.kind, a.outcome.outcome) == ("confirm", "posted")]
    voided = [a for a in advices if (a.order.kind, a.outcome.outcome) == ("reversal", "voided")]
    # The same payout may be reported twice: then both answers name the one entry there is.
    if len({confirm.outcome.entry for confirm in posted}) > 1 or (posted and voided):
        yield Violation("double_settlement", uid)
    for confirm in posted:
        if confirm.order.amount_minor > original.order.amount_minor:
            yield Violation("wrong_posting", f"{uid}: more than was held")
    if original.outcome.outcome != "held":
        return
    for advice in advices:
        if advice.outcome.outcome != "suspended":
            continue
        # That somebody else settled the hold, or that it was smaller, are the only good excuses.
        fits = advice.order.amount_minor <= original.order.amount_minor
        if advice.order.kind == "confirm" and fits and not (posted or voided):
            yield Violation("lost_hold", uid)
        if advice.order.kind == "reversal" and not posted:
            yield Violation("lost_hold", uid)


def open_holds(decided: Mapping[str, Decided]) -> dict[str, int]:
    """Return what must still be held, by account number."""
    settled = {
        one.order.original
        for one in decided.values()
        if (one.order.kind, one.outcome.outcome) in (("confirm", "posted"), ("reversal", "voided"))
    }
    held: dict[str, int] = {}
    for uid, one in decided.items():
        if one.order.kind == "authorise" and one.outcome.outcome == "held" and uid not in settled:
            number = one.order.source or ""
            held[number] = held.get(number, 0) + one.order.amount_minor
    return held
