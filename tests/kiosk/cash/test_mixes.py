"""Mixes against brute force: every way to pay, judged by the rule in words."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cash.cassettes import Cassette, stock
from kiosk.cash.mixes import offered, plan, smallest
from kiosk.cash.notes import bundle, counts, from_tally, tally, total_minor
from kiosk.screens import Mix, Notes

EUROS = {5000: 400, 2000: 400, 1000: 400}

stocks = st.dictionaries(
    st.sampled_from([500, 1000, 2000, 5000, 10000, 3000]), st.integers(0, 6), max_size=4
)


def ways(amount, available, max_notes):
    kinds = sorted(available, reverse=True)
    for numbers in itertools.product(*(range(available[d] + 1) for d in kinds)):
        if (
            sum(d * n for d, n in zip(kinds, numbers, strict=True)) == amount
            and 0 < sum(numbers) <= max_notes
        ):
            yield numbers, bundle(dict(zip(kinds, numbers, strict=True)))


@given(stocks, st.integers(1, 80), st.integers(1, 12), st.sampled_from(Mix))
@settings(max_examples=300, deadline=None)
def test_every_mix_is_the_best_of_all_ways_to_pay(available, units, max_notes, mix):
    amount = units * 500
    all_ways = list(ways(amount, available, max_notes))
    rules = {
        Mix.FEWEST: lambda way: (sum(way), [-n for n in way]),
        Mix.SMALL: lambda way: (-sum(way), list(way)),
        Mix.MIXED: lambda way: (-sum(n > 0 for n in way), sum(way), [-n for n in way]),
    }
    best = min(all_ways, key=lambda pair: rules[mix](pair[0]), default=(None, ()))[1]
    found = plan(amount, available, mix, max_notes)
    if mix is Mix.MIXED and found:
        # Two sets of denominations can tie; any of the best is right.
        kinds = sorted(available, reverse=True)
        way = tuple(counts(found).get(d, 0) for d in kinds)
        best_way = min((w for w, _ in all_ways), key=rules[mix])
        assert rules[mix](way)[:2] == rules[mix](best_way)[:2]
        assert (way, found) in [(tuple(w), n) for w, n in all_ways]
    else:
        assert found == best


@given(stocks, st.integers(0, 100), st.lists(st.integers(1, 100), max_size=6))
@settings(max_examples=150, deadline=None)
def test_only_sums_that_can_be_paid_are_offered(available, max_units, wishes):
    wishes_minor = [wish * 500 for wish in wishes]
    found = offered(max_units * 500, available, wishes_minor, 10)
    for amount in found:
        assert amount <= max_units * 500
        assert total_minor(plan(amount, available, Mix.FEWEST, 10)) == amount
    for wish in wishes_minor:
        if wish <= max_units * 500 and plan(wish, available, Mix.FEWEST, 10):
            assert wish in found


def test_sixty_without_a_ten_needs_three_twenties():
    assert plan(6000, {5000: 10, 2000: 10}, Mix.FEWEST, 40) == (Notes(2000, 3),)


def test_the_three_mixes_of_a_hundred():
    assert plan(10000, EUROS, Mix.FEWEST, 40) == (Notes(5000, 2),)
    assert plan(10000, EUROS, Mix.MIXED, 40) == (Notes(5000, 1), Notes(2000, 2), Notes(1000, 1))
    assert plan(10000, EUROS, Mix.SMALL, 40) == (Notes(1000, 10),)


def test_small_notes_fit_into_what_the_device_stacks():
    notes = plan(50000, EUROS, Mix.SMALL, 40)
    assert total_minor(notes) == 50000
    assert sum(each.count for each in notes) == 40


def test_an_empty_cassette_is_planned_around():
    cassettes = (
        Cassette("C1", 5000, 0),
        Cassette("C2", 2000, 3),
        Cassette("C3", 1000, 50, usable=False),
    )
    assert stock(cassettes) == {2000: 3}
    assert plan(5000, stock(cassettes), Mix.FEWEST, 40) == ()
    assert plan(6000, stock(cassettes), Mix.FEWEST, 40) == (Notes(2000, 3),)
    assert offered(50000, stock(cassettes), (5000, 10000), 40) == (2000, 4000, 6000)
    assert smallest(stock(cassettes)) == 2000
    assert cassettes[1].low
    assert not cassettes[2].low


def test_nothing_is_offered_from_nothing():
    assert offered(50000, {}, (5000,), 40) == ()
    assert plan(5000, {}, Mix.MIXED, 40) == ()
    assert plan(0, EUROS, Mix.FEWEST, 40) == ()
    assert plan(-1000, EUROS, Mix.FEWEST, 40) == ()
    assert plan(1250, EUROS, Mix.FEWEST, 40) == ()
    assert smallest({1000: 0}) is None


def test_a_limit_without_bounds_costs_no_more_than_what_the_device_pays_at_once():
    assert offered(10**12, EUROS, (5000, 10**12), 40) == (5000,)
    assert plan(10**12, EUROS, Mix.FEWEST, 40) == ()
    assert plan(10**12, EUROS, Mix.MIXED, 40) == ()


@given(st.dictionaries(st.sampled_from([500, 1000, 2000, 5000]), st.integers(0, 99)))
def test_a_tally_is_the_same_notes_again(available):
    notes = bundle(available)
    assert from_tally(tally(notes)) == notes
    assert total_minor(notes) == sum(d * n for d, n in available.items())
