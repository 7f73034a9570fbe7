"""The batcher: what shares a statement, and what each waiter is told whatever happens."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.ledger.batcher import Batcher
from bank.ledger.errors import Overloaded
from bank.ledger.item import Item, Signed
from bank.ledger.statement import Decision
from bank.store.errors import StoreUnavailable

Answer = TypeVar("Answer")
Batches = list[list[Item]]


def item(uid: int, *, body: int = 0, original: int | None = None, kind: str = "transfer") -> Item:
    digest = bytes([body]) * 32
    return Item(
        terminal="T",
        uid=uuid.UUID(int=uid),
        kind=kind,
        amount_minor=1,
        currency="EUR",
        source=None,
        target=None,
        text=None,
        original=None if original is None else uuid.UUID(int=original),
        session=None,
        reference="",
        signed=Signed(uuid.UUID(int=0), uid, b"", digest, digest, ""),
    )


def decided(items: Sequence[Item]) -> list[Decision]:
    return [Decision("other_body", None) for _ in items]


class Bank:
    """Keeps each batch until it is released; may fail those that hold a poisoned uid."""

    def __init__(self, poison: frozenset[int] = frozenset()) -> None:
        self.batches: Batches = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.poison = poison
        self.away: Exception | None = None

    async def decide(self, items: Sequence[Item], _ids: Sequence[str]) -> list[Decision]:
        self.batches.append(list(items))
        await self.gate.wait()
        if self.away is not None:
            raise self.away
        if any(one.uid.int in self.poison for one in items):
            raise psycopg.errors.NumericValueOutOfRange
        return decided(items)


def run(work: Callable[[], Awaitable[Answer]]) -> Answer:
    async def go() -> Answer:
        result = await work()
        # Nobody is left behind: only this task itself.
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    return asyncio.run(go())


def test_what_comes_while_a_batch_is_away_shares_the_next() -> None:
    async def work() -> Batches:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1)
        first = asyncio.create_task(batcher.submit(item(1)))
        while not bank.batches:
            await asyncio.sleep(0)
        rest = [asyncio.create_task(batcher.submit(item(n))) for n in range(2, 102)]
        await asyncio.sleep(0)
        bank.gate.set()
        await asyncio.gather(first, *rest)
        await batcher.close()
        return bank.batches

    assert [len(batch) for batch in run(work)] == [1, 64, 36]


def test_the_same_bytes_twice_are_sent_once_and_both_are_answered() -> None:
    async def work() -> tuple[Batches, list[Decision]]:
        bank = Bank()
        batcher = Batcher(bank.decide, lanes=1)
        answers = await asyncio.gather(*(batcher.submit(item(1)) for _ in range(5)))
        await batcher.close()
        return bank.batches, answers

    batches, answers = run(work)
    assert [len(batch) for batch in batches] == [1]
    assert len(answers) == 5


def test_other_bytes_under_the_same_uid_never_share_a_batch() -> None:
    async def work() -> Batches:
        bank = Bank()
        batcher = Batcher(bank.decide, lanes=2)
        both = (item(1), item(1, body=9), item(2, original=1), item(3))
        await asyncio.gather(*(batcher.submit(one) for one in both))
        await batcher.close()
        return bank.batches

    batches = run(work)
    for batch in batches:
        uids = [uid for one in batch for uid in (one.uid, one.original) if uid is not None]
        assert len(uids) == len(set(uids))
    assert sorted(one.uid.int for batch in batches for one in batch) == [1, 1, 2, 3]


def test_a_poisoned_item_fails_alone() -> None:
    async def work() -> list[Decision | BaseException]:
        bank = Bank(poison=frozenset({3}))
        batcher = Batcher(bank.decide, lanes=1)
        answers = await asyncio.gather(
            *(batcher.submit(item(n)) for n in range(6)), return_exceptions=True
        )
        await batcher.close()
        return answers

    kinds = [type(answer) for answer in run(work)]
    assert kinds[3] is psycopg.errors.NumericValueOutOfRange
    assert kinds[:3] + kinds[4:] == [Decision] * 5


def test_one_bad_item_of_many_is_found_by_halving() -> None:
    async def work() -> Batches:
        bank = Bank(poison=frozenset({17}))
        batcher = Batcher(bank.decide, lanes=1)
        await asyncio.gather(
            *(batcher.submit(item(n)) for n in range(1, 65)), return_exceptions=True
        )
        await batcher.close()
        return bank.batches

    # 64, then two of each size down to one: what was right is not sent one by one.
    assert len(run(work)) == 1 + 2 * 6


def test_advices_go_first_and_a_part_of_each_batch_is_for_starts() -> None:
    async def work() -> Batches:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1, max_batch=8, max_queue=64)
        kinds = ["authorise"] * 20 + ["confirm", "reversal", "settle", "credit"] * 5
        waiting = [asyncio.create_task(batcher.submit(item(0)))]
        while not bank.batches:
            await asyncio.sleep(0)
        waiting += [
            asyncio.create_task(batcher.submit(item(n, kind=kind)))
            for n, kind in enumerate(kinds, start=1)
        ]
        await asyncio.sleep(0)
        bank.gate.set()
        await asyncio.gather(*waiting)
        await batcher.close()
        return bank.batches

    def starts(batch: list[Item]) -> int:
        return sum(one.kind == "authorise" for one in batch)

    batches = run(work)[1:]
    assert [(starts(batch), len(batch)) for batch in batches] == [
        (2, 8), (2, 8), (2, 8), (6, 8), (8, 8)
    ]  # fmt: skip
    assert [one.uid.int for batch in batches for one in batch if one.kind != "authorise"] == [
        *range(21, 41)
    ]


def test_a_queue_full_of_starts_still_takes_an_advice() -> None:
    async def work() -> None:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1, max_queue=8)
        waiting = [asyncio.create_task(batcher.submit(item(0)))]
        while not bank.batches:
            await asyncio.sleep(0)
        waiting += [asyncio.create_task(batcher.submit(item(n))) for n in range(1, 8)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(item(8))
        waiting.append(asyncio.create_task(batcher.submit(item(9, kind="reversal"))))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(item(10, kind="reversal"))
        bank.gate.set()
        await asyncio.gather(*waiting)
        await batcher.close()

    run(work)


def test_what_nobody_waits_for_any_more_is_not_sent() -> None:
    async def work() -> Batches:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1)
        first = asyncio.create_task(batcher.submit(item(1)))
        while not bank.batches:
            await asyncio.sleep(0)
        gone, stays = (asyncio.create_task(batcher.submit(item(n))) for n in (2, 3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        bank.gate.set()
        await asyncio.gather(first, stays)
        await batcher.close()
        return bank.batches

    assert [[one.uid.int for one in batch] for batch in run(work)] == [[1], [3]]


def test_a_lost_connection_is_unknown_to_everybody_in_the_batch_and_is_not_tried_again() -> None:
    async def work() -> tuple[Batches, list[Decision | BaseException]]:
        bank = Bank()
        bank.away = StoreUnavailable("gone")
        batcher = Batcher(bank.decide, lanes=1)
        answers = await asyncio.gather(
            *(batcher.submit(item(n)) for n in range(3)), return_exceptions=True
        )
        await batcher.close()
        return bank.batches, answers

    batches, answers = run(work)
    assert [len(batch) for batch in batches] == [3]
    assert {type(answer) for answer in answers} == {StoreUnavailable}


def test_a_full_queue_turns_away_at_once_and_a_long_wait_is_given_back() -> None:
    async def work() -> list[type]:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1, max_queue=2, max_wait_s=0.05)
        away = asyncio.create_task(batcher.submit(item(0)))
        while not bank.batches:
            await asyncio.sleep(0)
        queued = [asyncio.create_task(batcher.submit(item(n))) for n in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(item(3))
        given_back = await asyncio.gather(*queued, return_exceptions=True)
        bank.gate.set()
        await away
        await batcher.close()
        assert len(bank.batches) == 1  # what was given back was never sent
        return [type(answer) for answer in given_back]

    assert run(work) == [Overloaded, Overloaded]


def test_closing_leaves_nobody_waiting() -> None:
    async def work() -> list[type]:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=1)
        waiters = [asyncio.create_task(batcher.submit(item(n))) for n in range(2)]
        while not bank.batches:
            await asyncio.sleep(0)
        waiters.append(asyncio.create_task(batcher.submit(item(7))))
        await asyncio.sleep(0)
        await batcher.close(stop_s=0.01)
        answers = await asyncio.gather(*waiters, return_exceptions=True)
        with pytest.raises(Overloaded):
            await batcher.submit(item(8))
        return [type(answer) for answer in answers]

    # Sent: unknown. Not sent: given back.
    assert run(work) == [StoreUnavailable, StoreUnavailable, Overloaded]


@settings(deadline=None, max_examples=60)
@given(
    items=st.lists(
        st.builds(
            item,
            st.integers(0, 12),
            body=st.integers(0, 1),
            original=st.none() | st.integers(20, 23),
        ),
        max_size=60,
    ),
    lanes=st.integers(1, 3),
    max_batch=st.integers(1, 8),
    poison=st.frozensets(st.integers(0, 12), max_size=3),
)
def test_whatever_comes_everybody_is_answered_and_no_uid_is_away_twice(
    items: list[Item], lanes: int, max_batch: int, poison: frozenset[int]
) -> None:
    away: list[uuid.UUID] = []

    async def work() -> list[Decision | BaseException]:
        async def decide(batch: Sequence[Item], _ids: Sequence[str]) -> list[Decision]:
            uids = [uid for one in batch for uid in (one.uid, one.original) if uid is not None]
            assert len(batch) <= max_batch
            assert len(set(uids)) == len(uids)
            assert not set(uids) & set(away)
            away.extend(uids)
            await asyncio.sleep(0)
            for uid in uids:
                away.remove(uid)
            if any(one.uid.int in poison for one in batch):
                raise psycopg.errors.NumericValueOutOfRange
            return decided(batch)

        batcher = Batcher(decide, lanes=lanes, max_batch=max_batch)
        answers = await asyncio.gather(
            *(batcher.submit(one) for one in items), return_exceptions=True
        )
        await batcher.close()
        return answers

    answers = run(work)
    for one, answer in zip(items, answers, strict=True):
        expected = psycopg.errors.NumericValueOutOfRange if one.uid.int in poison else Decision
        assert isinstance(answer, expected)


def test_what_waits_is_shared_between_the_lanes_that_are_free() -> None:
    async def work() -> Batches:
        bank = Bank()
        bank.gate.clear()
        batcher = Batcher(bank.decide, lanes=2)
        waiting = [asyncio.create_task(batcher.submit(item(n))) for n in range(1, 65)]
        while len(bank.batches) < 2:
            await asyncio.sleep(0)
        bank.gate.set()
        await asyncio.gather(*waiting)
        await batcher.close()
        return bank.batches

    assert [len(batch) for batch in run(work)] == [32, 32]
