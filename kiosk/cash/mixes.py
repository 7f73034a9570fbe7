"""Which notes to pay a sum in, from what the cassettes hold.

All three mixes come from one table: for each denomination from the smallest up and each sum, the
set of note counts that can make it, as the bits of an integer. Picking a note count and walking
the table back gives the notes. Exact for every note set, also those where greedy fails (60 from
50 and 20).
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from kiosk.cash.notes import bundle
from kiosk.screens import Mix, Notes

Stock = Mapping[int, int]
"""Notes at hand by denomination in minor units."""


def plan(amount_minor: int, stock: Stock, mix: Mix, max_notes: int) -> tuple[Notes, ...]:
    """Return the notes to pay ``amount_minor`` in, or () if it can't be paid so.

    FEWEST: the fewest notes, of these the one with the most large notes. SMALL: the most notes
    that still fit (``max_notes``, what the device stacks), of these the one with the fewest large
    notes. MIXED: as many different denominations as can be, of these the fewest notes.
    """
    usable = {d: count for d, count in stock.items() if d > 0 and count > 0}
    if amount_minor <= 0 or not usable:
        return ()
    if mix is not Mix.MIXED:
        return _best(amount_minor, usable, max_notes, most=mix is Mix.SMALL)
    for kinds in range(len(usable), 0, -1):
        found = [
            notes
            for chosen in combinations(sorted(usable, reverse=True), kinds)
            if (notes := _with_each_of(amount_minor, usable, chosen, max_notes))
        ]
        if found:
            # Equally many notes: the mix with the most large ones, as ``fewest`` has it.
            return min(found, key=lambda notes: (_count(notes), [-n.count for n in notes]))
    return ()


def offered(
    max_minor: int, stock: Stock, wishes_minor: Sequence[int], max_notes: int
) -> tuple[int, ...]:
    """Return those of ``wishes_minor`` up to ``max_minor`` that can be paid out, ascending.

    If none can, the smallest sums that can (at most three), so that a screen is never empty
    while there is a note left.
    """
    usable = {d: count for d, count in stock.items() if d > 0 and count > 0}
    if not usable or max_minor <= 0:
        return ()
    unit = math.gcd(*usable)
    # More than all its notes at once the device cannot pay, whatever the limits allow.
    top_minor = min(max_minor, max_notes * max(usable))
    reachable = _table(top_minor // unit, usable, unit, max_notes)[-1]
    payable = [index * unit for index, counts in enumerate(reachable) if index and counts]
    wished = tuple(sum_minor for sum_minor in payable if sum_minor in wishes_minor)
    return wished or tuple(payable[:3])


def smallest(stock: Stock) -> int | None:
    """Return the smallest sum that can be paid, or None if there is no note."""
    return min((d for d, count in stock.items() if count > 0 and d > 0), default=None)


def _best(amount: int, stock: Stock, max_notes: int, most: bool) -> tuple[Notes, ...]:
    unit = math.gcd(*stock)
    if amount % unit or amount > max_notes * max(stock):
        return ()
    tables = _table(amount // unit, stock, unit, max_notes)
    note_counts = tables[-1][amount // unit]
    if not note_counts:
        return ()
    wanted = note_counts.bit_length() - 1 if most else _lowest_bit(note_counts)
    return _walk_back(amount // unit, wanted, tables, stock, unit, few_large=most)


def _with_each_of(
    amount: int, stock: Stock, chosen: Sequence[int], max_notes: int
) -> tuple[Notes, ...]:
    rest = amount - sum(chosen)
    if rest < 0 or len(chosen) > max_notes:
        return ()
    left = {d: stock[d] - 1 for d in chosen if stock[d] > 1}
    more: tuple[Notes, ...] = ()
    if rest:
        more = _best(rest, left, max_notes - len(chosen), most=False) if left else ()
        if not more:
            return ()
    counts = dict.fromkeys(chosen, 1)
    for each in more:
        counts[each.denomination_minor] += each.count
    return bundle(counts)


def _table(top: int, stock: Stock, unit: int, max_notes: int) -> list[list[int]]:
    """Return, for 0, 1, 2... of the denominations ascending, the note counts for each sum."""
    mask = (1 << (max_notes + 1)) - 1
    tables = [[1] + [0] * top]
    for denomination in sorted(stock):
        step, previous = denomination // unit, tables[-1]
        counts = [0] * (top + 1)
        for total in range(top + 1):
            most = min(stock[denomination], total // step, max_notes)
            for number in range(most + 1):
                below = previous[total - number * step]
                if below:
                    counts[total] |= (below << number) & mask
        tables.append(counts)
    return tables


def _walk_back(
    total: int, wanted: int, tables: list[list[int]], stock: Stock, unit: int, few_large: bool
) -> tuple[Notes, ...]:
    counts: dict[int, int] = {}
    for index, denomination in reversed(list(enumerate(sorted(stock)))):
        step = denomination // unit
        numbers = range(min(stock[denomination], total // step, wanted) + 1)
        for number in numbers if few_large else reversed(numbers):
            if tables[index][total - number * step] >> (wanted - number) & 1:
                counts[denomination] = number
                total, wanted = total - number * step, wanted - number
                break
    return bundle(counts)


def _lowest_bit(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _count(notes: tuple[Notes, ...]) -> int:
    return sum(each.count for each in notes)
