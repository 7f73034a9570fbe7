"""What kiosk and bank promise each other (MONEY.md), asked through the API of two servers."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bank.store.postgres import PostgresServer
from benchmarks.soak.line import HttpsLine
from benchmarks.soak.world import Holder, World
from protocol.encoding import load_json
from protocol.ids import new_uid
from protocol.messages.money import Order

Answer = dict[str, Any]


@pytest.fixture(scope="module")
def world(postgres_server: PostgresServer) -> Iterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="fortress-semantics-"))
    name = f"semantics_{new_uid(1)}"
    with World(folder, postgres_server.create_database(name), unlimited=False) as made:
        yield made
    postgres_server.drop_database(name)
    shutil.rmtree(folder)


@dataclass
class Desk:
    """A customer at a terminal, and what the test asks there."""

    world: World
    holder: Holder
    line: HttpsLine

    @property
    def account(self) -> str:
        return next(iter(self.holder.opening))

    def order(self, kind: str, amount_minor: int, **members: Any) -> Order:
        facts = {"uid": new_uid(time.time_ns() // 10**6), "kind": kind, "currency": "EUR"}
        facts |= {"amount_minor": amount_minor, "terminal": self.line.terminal}
        return Order.model_validate(facts | members)

    def send(
        self, order: Order, server: str = "A", *, jws: bytes = b"", pin: bool = False
    ) -> Answer:
        """Send until it is decided."""
        proof = self.line.prove(order) if pin else None
        data = jws or self.line.sign(order)
        while True:
            reply = self.line.send(server, data, proof)
            if reply.status == 200:
                return load_json(reply.body)
            assert reply.status in (0, 409, 503), reply
            time.sleep(0.1)

    def ask(self, kind: str, amount_minor: int, server: str = "A", **members: Any) -> Answer:
        pin = bool(members.pop("pin", kind == "transfer"))
        if kind in ("authorise", "transfer"):
            members = {"source": self.account, "session": self.line.session} | members
        if kind == "transfer":
            members = {"text": "rent"} | members
        return self.send(self.order(kind, amount_minor, **members), server, pin=pin)

    def balance(self) -> tuple[int, int]:
        found = self.line.balance("B", self.account)
        assert found is not None
        return found.booked_minor, found.held_minor


def desk(world: World, money_minor: int = 100_000, holder: Holder | None = None) -> Desk:
    holder = holder or world.holder(money_minor, 1)
    return Desk(world, holder, world.line(holder))


def owner(world: World, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(world.urls.owner, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def case_sum(world: World, number: str) -> int:
    [(amount,)] = owner(world, "select amount_minor from cases where number = %s", number)
    return int(amount)


def said(answer: Answer) -> tuple[str, str | None]:
    return answer["outcome"], answer["reason"]


def test_a_part_is_posted_and_the_rest_given_back(world: World) -> None:
    one = desk(world)
    hold = one.ask("authorise", 20_000)
    assert one.balance() == (100_000, 20_000)
    posted = one.ask("confirm", 15_000, "B", original=hold["uid"])
    assert said(posted) == ("posted", None)
    assert one.balance() == (85_000, 0)


def test_after_a_void_an_order_is_refused_and_an_advice_never(world: World) -> None:
    one = desk(world)
    order = one.order("authorise", 20_000, source=one.account, session=one.line.session)
    jws = one.line.sign(order)
    assert said(one.send(order, jws=jws)) == ("held", None)
    assert said(one.ask("reversal", 20_000, "B", original=order.uid)) == ("voided", None)
    assert said(one.ask("reversal", 20_000, original=order.uid)) == ("voided", None)
    late = one.ask("confirm", 20_000, original=order.uid)
    assert said(late) == ("suspended", "hold_void")
    assert late["entry"] is not None
    assert case_sum(world, late["case"]) == 20_000
    assert one.balance() == (100_000, 0)
    # The order that was voided before it came is refused for good.
    lost = one.order("authorise", 20_000, source=one.account, session=one.line.session)
    assert said(one.ask("reversal", 20_000, original=lost.uid)) == ("tombstoned", None)
    assert said(one.send(lost)) == ("refused", "tombstoned")


def test_a_reversal_of_what_was_refused_or_posted(world: World) -> None:
    one = desk(world, 5_000)
    refused = one.ask("authorise", 20_000)
    assert said(refused) == ("refused", "insufficient_funds")
    assert said(one.ask("reversal", 20_000, original=refused["uid"])) == ("tombstoned", None)
    hold = one.ask("authorise", 5_000)
    one.ask("confirm", 5_000, original=hold["uid"])
    again = one.ask("reversal", 5_000, "B", original=hold["uid"])
    assert said(again) == ("suspended", "already_posted")
    assert case_sum(world, again["case"]) == 5_000
    assert one.balance() == (0, 0)


def test_two_posts_of_one_hold_at_once_take_the_money_once(world: World) -> None:
    one = desk(world)
    hold = one.ask("authorise", 20_000)
    orders = [one.order("confirm", amount, original=hold["uid"]) for amount in (20_000, 15_000)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one.send, orders, ("A", "B")))
    assert sorted(answer["outcome"] for answer in answers) == ["posted", "suspended"]
    [posted] = [a["amount_minor"] for a in answers if a["outcome"] == "posted"]
    assert one.balance() == (100_000 - posted, 0)


def test_holds_never_exceed_the_balance_however_many_ask_at_once(world: World) -> None:
    holder = world.holder(50_000, 1)
    desks = [desk(world, holder=holder) for _ in range(4)]
    asks = [(one, server) for one in desks for server in ("A", "B")]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda ask: ask[0].ask("authorise", 20_000, ask[1]), asks))
    assert Counter(said(answer) for answer in answers) == {
        ("held", None): 2,
        ("refused", "insufficient_funds"): 6,
    }
    assert desks[0].balance() == (50_000, 40_000)


def test_limits_hold_at_two_terminals_across_failover_and_midnight(world: World) -> None:
    holder = world.holder(500_000, 1)
    one, other = desk(world, holder=holder), desk(world, holder=holder)
    for at, server in ((one, "A"), (other, "B"), (one, "A")):
        assert said(at.ask("authorise", 30_000, server)) == ("held", None)
    assert said(other.ask("authorise", 20_000, "A")) == ("refused", "limit_day")
    world.kill("A")
    try:
        assert said(one.ask("authorise", 20_000, "B")) == ("refused", "limit_day")
        owner(world, "update business_day set day = day + 1")
        assert said(one.ask("authorise", 30_000, "B")) == ("held", None)
    finally:
        world.start("A")
    # The server that was away has not kept yesterday.
    for _ in range(2):
        assert said(other.ask("authorise", 30_000, "A")) == ("held", None)
    assert said(other.ask("authorise", 20_000, "A")) == ("refused", "limit_day")


def test_advices_come_in_after_months_and_after_the_account_is_closed(world: World) -> None:
    one, heir = desk(world, 30_000), desk(world, 0)
    kept = one.ask("authorise", 10_000)
    void = one.ask("authorise", 10_000)
    one.ask("reversal", 10_000, original=void["uid"])
    owner(
        world,
        "update holds set made_at = made_at - interval '7 months', day = day - 210"
        " where uid = %s::uuid",
        kept["uid"],
    )
    owner(world, "delete from sessions where customer = %s", one.holder.id)
    assert said(one.ask("confirm", 10_000, original=kept["uid"])) == ("posted", None)
    closing = "select ledger_close_account(%s)"
    assert owner(world, closing, one.account) == [("has_money",)]
    # What is left goes to somebody else, as a teller would arrange it.
    again = Desk(world, one.holder, world.line(one.holder))
    assert said(again.ask("transfer", 20_000, target=heir.account)) == ("posted", None)
    assert owner(world, closing, one.account) == [("done",)]
    for kind, reason, members in (
        ("confirm", "hold_void", {"original": void["uid"]}),
        ("credit", "account_closed", {"target": one.account}),
    ):
        answer = one.ask(kind, 10_000, "B", **members)
        assert said(answer) == ("suspended", reason)
        assert case_sum(world, answer["case"]) == 10_000
        assert (answer["entry"] is not None) == (kind == "confirm")


def test_an_account_with_holds_is_not_closed(world: World) -> None:
    one = desk(world, 5_000)
    one.ask("authorise", 5_000)
    assert owner(world, "select ledger_close_account(%s)", one.account) == [("has_holds",)]


def test_transfers_that_cannot_be_say_why(world: World) -> None:
    one, other, closed = desk(world), desk(world, 0), desk(world, 0)
    owner(world, "select ledger_close_account(%s)", closed.account)
    [(foreign,)] = owner(
        world,
        "select number from (select ledger_open_account('7999999993', %s, 'CHF', 'x', 0,"
        " 'Europe/Berlin')) o, (values ('7999999993')) v (number)",
        other.holder.id,
    )
    for members, reason in (
        ({"target": one.account}, "same_account"),
        ({"target": closed.account}, "account_closed"),
        ({"target": "0000000000"}, "payee_unknown"),
        ({"target": other.account, "currency": "CHF"}, "currency"),
        ({"target": foreign}, "currency"),
        ({"target": other.account, "source": other.account}, "not_your_account"),
        ({"target": other.account, "pin": False}, "pin_required"),
    ):
        assert said(one.ask("transfer", 2_000, **members)) == ("refused", reason)
    assert said(one.ask("transfer", 100_001, target=other.account)) == (
        "refused",
        "insufficient_funds",
    )
    assert said(one.ask("transfer", 100_000, target=other.account)) == ("posted", None)
    assert (one.balance(), other.balance()) == ((0, 0), (100_000, 0))


def test_a_fork_raises_an_alarm_and_a_gap_is_reported_after_a_day(world: World) -> None:
    one = desk(world, 0)
    twin = Desk(world, one.holder, one.line)
    one.ask("credit", 1_000, target=one.account)
    place = "select chain, seq from chain_links where terminal = %s order by seq"
    [(chain, seq)] = owner(world, place, one.line.terminal)
    # A restored backup of the terminal signs at places it has used already, and leaves some out.
    one.line.set_place(seq)
    twin.ask("credit", 1_000, target=one.account)
    forks = "select subject from alarms where kind = 'fork' and terminal = %s"
    assert owner(world, forks, one.line.terminal) == [(f"{chain}/{seq}",)]
    one.line.set_place(seq + 5)
    one.ask("credit", 1_000, target=one.account)
    owner(world, "update chain_gaps set noticed_at = noticed_at - interval '25 h'")
    owner(world, "select ledger_raise_alarms()")
    gaps = "select detail from alarms where kind = 'gap' and terminal = %s"
    assert owner(world, gaps, one.line.terminal) == [(f"{seq + 1} to {seq + 4}",)]
