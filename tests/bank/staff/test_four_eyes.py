"""Four eyes: two different people ask the same within the time limit, and the second does it."""

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bank.staff.four_eyes import LIMIT, Asked, approve, asked
from bank.store.migrate import migrate
from bank.store.pool import Connection
from bank.store.postgres import DatabaseUrls
from protocol.ids import new_uid

Answer = TypeVar("Answer")
ONE, OTHER = (hashlib.sha256(text).digest() for text in (b"one", b"other"))


async def connect(urls: DatabaseUrls) -> Connection:
    return await psycopg.AsyncConnection.connect(urls.application, autocommit=True)


@dataclass
class Desk:
    urls: DatabaseUrls
    runner: asyncio.Runner
    connection: Connection
    people: tuple[UUID, ...]

    def run(self, work: Callable[[Connection], Awaitable[Answer]]) -> Answer:
        async def go() -> Answer:
            async with self.connection.transaction():
                return await work(self.connection)

        return self.runner.run(go())

    def ask(self, subject: str, person: int, digest: bytes = ONE, **more: Any) -> str:
        return self.run(lambda connection: self.word(connection, subject, person, digest, **more))

    async def word(
        self, connection: Connection, subject: str, person: int, digest: bytes, **more: Any
    ) -> str:
        members: dict[str, Any] = {"kind": "test", "act": new_uid(0)} | more
        return await approve(
            connection, subject=subject, digest=digest, person=self.people[person], **members
        )

    def waits(self, subject: str) -> Asked | None:
        return self.run(lambda connection: asked(connection, kind="test", subject=subject))

    def later(self, subject: str, hours: float) -> None:
        """As if `hours` had gone by."""
        with psycopg.connect(self.urls.owner) as owner:
            owner.execute("alter table approvals disable trigger append_only")
            owner.execute(
                "update approvals set asked_at = asked_at - make_interval(secs => %s)"
                " where subject = %s",
                (hours * 3600, subject),
            )
            owner.execute("alter table approvals enable trigger append_only")


@pytest.fixture(scope="module")
def desk(database_url: DatabaseUrls) -> Iterator[Desk]:
    migrate(database_url.owner)
    people = tuple(uuid.uuid4() for _ in range(3))
    with psycopg.connect(database_url.owner) as owner:
        for person in people:
            owner.execute(
                "insert into customers (id, user_name_index, sealed, roles)"
                " values (%s, %s, '', '{teller}')",
                (person, hashlib.sha256(person.bytes).digest()),
            )
    with asyncio.Runner() as runner:
        connection = runner.run(connect(database_url))
        yield Desk(database_url, runner, connection, people)
        runner.run(connection.close())


@pytest.fixture
def subject() -> str:
    return uuid.uuid4().hex


def test_two_people_who_ask_the_same_have_it_done(desk: Desk, subject: str) -> None:
    assert desk.waits(subject) is None
    assert desk.ask(subject, 0) == "waiting"
    waits = desk.waits(subject)
    assert waits is not None
    assert (waits.digest, waits.person) == (ONE, desk.people[0])
    assert desk.ask(subject, 1) == "done"
    assert desk.waits(subject) is None


def test_one_person_twice_is_one_person(desk: Desk, subject: str) -> None:
    assert [desk.ask(subject, 0) for _ in range(3)] == ["waiting", "same_person", "same_person"]
    assert desk.ask(subject, 1) == "done"


def test_what_differs_replaces_nothing_not_even_ones_own(desk: Desk, subject: str) -> None:
    assert desk.ask(subject, 0) == "waiting"
    assert desk.ask(subject, 1, OTHER) == "differs"
    assert desk.ask(subject, 0, OTHER) == "differs"
    assert desk.ask(subject, 2, OTHER) == "differs"
    assert desk.ask(subject, 1) == "done"


def test_a_word_stands_for_a_day(desk: Desk, subject: str) -> None:
    hours = LIMIT / timedelta(hours=1)
    assert desk.ask(subject, 0) == "waiting"
    desk.later(subject, hours - 0.1)
    assert desk.ask(subject, 0) == "same_person"
    desk.later(subject, 0.2)
    assert desk.waits(subject) is None
    # The first word is over: whoever comes is the first again, with whatever is asked.
    assert desk.ask(subject, 1, OTHER) == "waiting"
    assert desk.ask(subject, 0) == "differs"
    assert desk.ask(subject, 0, OTHER) == "done"


def test_a_caller_may_set_a_shorter_time(desk: Desk, subject: str) -> None:
    assert desk.ask(subject, 0) == "waiting"
    desk.later(subject, 1)
    assert desk.ask(subject, 1, within=timedelta(minutes=30)) == "waiting"


def test_what_was_done_is_over_and_may_be_asked_again(desk: Desk, subject: str) -> None:
    answers = [desk.ask(subject, person) for person in (0, 1, 1, 0, 2)]
    assert answers == ["waiting", "done", "waiting", "done", "waiting"]


def test_kinds_and_subjects_do_not_mix(desk: Desk, subject: str) -> None:
    assert desk.ask(subject, 0) == "waiting"
    assert desk.ask(subject, 1, kind="another") == "waiting"
    assert desk.ask(subject + "x", 1) == "waiting"


def test_an_act_that_is_undone_leaves_no_word(desk: Desk, subject: str) -> None:
    async def half(connection: Connection) -> None:
        assert await desk.word(connection, subject, 0, ONE) == "waiting"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.run(half)
    assert desk.ask(subject, 0) == "waiting"


@pytest.mark.parametrize(
    ("people", "answers"),
    [((0, 1), {"waiting", "done"}), ((0, 0), {"waiting", "same_person"})],
)
def test_of_two_at_once_one_is_the_first(
    desk: Desk, subject: str, people: tuple[int, int], answers: set[str]
) -> None:
    async def go() -> tuple[str, str]:
        async with await connect(desk.urls) as one, await connect(desk.urls) as two:
            async with one.transaction():
                first = await desk.word(one, subject, people[0], ONE)
                second = asyncio.ensure_future(
                    desk.word(two, subject, people[1], ONE)  # autocommit: its own transaction
                )
                _, waiting = await asyncio.wait({second}, timeout=0.2)
                assert waiting, "the second did not wait for the first one's commit"
            return first, await second

    assert set(desk.runner.run(go())) == answers


def test_an_act_approves_once(desk: Desk, subject: str) -> None:
    act = new_uid(0)
    assert desk.ask(subject, 0, act=act) == "waiting"
    with pytest.raises(psycopg.errors.UniqueViolation):
        desk.ask(subject, 1, act=act)


def test_nobody_rewrites_a_word(desk: Desk, subject: str) -> None:
    desk.ask(subject, 0)
    for statement in ("update approvals set done = true", "delete from approvals"):
        with (
            psycopg.connect(desk.urls.application) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)
        with (
            psycopg.connect(desk.urls.owner) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="append-only"),
        ):
            connection.execute(statement)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([ONE, OTHER])), max_size=12))
def test_it_is_done_exactly_when_two_people_agree(
    desk: Desk, words: list[tuple[int, bytes]]
) -> None:
    subject, first = uuid.uuid4().hex, None
    for person, digest in words:
        if first is None:
            expected, now = "waiting", (person, digest)
        elif first[1] != digest:
            expected, now = "differs", first
        elif first[0] == person:
            expected, now = "same_person", first
        else:
            expected, now = "done", None
        assert desk.ask(subject, person, digest) == expected
        first = now
