"""What a terminal's hello says of its journal, beside what the bank has (MONEY.md 7)."""

import hashlib
import time
from typing import Any

from protocol.encoding import b64url_encode
from protocol.ids import new_uid
from protocol.signing import GENESIS
from tests.bank.conftest import Customer, Servers, Terminal, problem


def hello(terminal: Terminal, server: str = "A", **members: Any) -> dict[str, Any]:
    """Say hello as a journal would in which every request of `terminal` is."""
    body = {
        "chain": terminal.chain, "seq": terminal.seq - 1, "head": b64url_encode(terminal.prev),
        "open_holds": [], "pending": 0, "cassettes": {},
    } | members  # fmt: skip
    answer = terminal.call("POST", "/v1/hello", server=server, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def used(servers: Servers) -> tuple[Terminal, Customer, bytes]:
    """A terminal whose chain begins at 1, as a kiosk's does, with two requests in it."""
    terminal, customer = servers.terminal(), servers.customer()
    terminal.seq = 1
    terminal.ask("credit", 1_000, target=customer.account)
    earlier = terminal.prev
    terminal.ask("credit", 1_000, target=customer.account)
    return terminal, customer, earlier


def forks(servers: Servers, terminal: Terminal) -> list[str]:
    rows = servers.sql("select detail from alarms where terminal = %s", terminal.name)
    return [detail.split(":")[0] for (detail,) in rows]


def starts_nothing(servers: Servers, terminal: Terminal, customer: Customer) -> None:
    """Nothing new at either server, in words; advices and what was decided all the same."""
    session = customer.session(terminal)
    path = f"/v1/accounts/{customer.account}/balance"
    assert problem(terminal.call("GET", path, session=session)) == (403, "chain_refused")
    order = terminal.order("authorise", 1_000, source=customer.account, session=session)
    refused = terminal.send(terminal.sign(order))
    assert problem(refused) == (403, "chain_refused")
    assert "two people open a new chain" in refused.json()["detail"]
    assert servers.sql("select from requests where uid = %s", order.uid) == []
    advice = terminal.sign(terminal.order("credit", 700, target=customer.account))
    assert terminal.send(advice).json()["outcome"] == "posted"
    deadline_s = time.monotonic() + 30  # the other server knows it within two seconds
    while terminal.call("GET", path, server="B", session=session).status_code == 200:
        assert time.monotonic() < deadline_s
        time.sleep(0.1)


def test_a_journal_that_goes_further_than_the_bank_is_known(servers: Servers) -> None:
    terminal, _, _ = used(servers)
    terminal.sign(terminal.order("credit", 500, target="1234567890"))
    assert hello(terminal)["standing"] == "known"
    assert forks(servers, terminal) == []


def test_an_old_copy_is_refused_until_the_right_journal_is_back(servers: Servers) -> None:
    terminal, customer, earlier = used(servers)
    old = {"seq": 1, "head": b64url_encode(earlier)}
    # A request may overtake a slow hello: only who says the same again is behind.
    answer = hello(terminal, **old)
    assert (answer["standing"], answer["known_seq"]) == ("older", 2)
    assert forks(servers, terminal) == []
    assert hello(terminal, "B", **old)["standing"] == "older"
    assert forks(servers, terminal) == ["older"]
    starts_nothing(servers, terminal, customer)
    assert hello(terminal)["standing"] == "known"
    path = f"/v1/accounts/{customer.account}/balance"
    assert terminal.call("GET", path, session=customer.session(terminal)).status_code == 200


def test_a_hello_that_was_overtaken_makes_no_case_of_what_came_past_it(servers: Servers) -> None:
    terminal, customer, _ = used(servers)
    slow = {"seq": terminal.seq - 1, "head": b64url_encode(terminal.prev)}
    hold = terminal.ask(
        "authorise", 2_000, source=customer.account, session=customer.session(terminal)
    )
    cases = "select count(*) from cases where terminal = %s"
    assert hello(terminal, **slow)["standing"] == "older"
    assert servers.sql(cases, terminal.name) == [(0,)]
    assert hello(terminal, open_holds=[hold["uid"]])["standing"] == "known"
    assert servers.sql(cases, terminal.name) == [(0,)]
    assert forks(servers, terminal) == []


def test_another_request_in_the_same_place_is_a_fork(servers: Servers) -> None:
    terminal, customer, _ = used(servers)
    answer = hello(terminal, head=b64url_encode(hashlib.sha256(b"another").digest()))
    assert answer["standing"] == "diverged"
    assert forks(servers, terminal) == ["diverged"]
    starts_nothing(servers, terminal, customer)


def test_a_lost_tail_is_no_fork(servers: Servers) -> None:
    """The journal ends at 1 and knows that place 2 was lost; the bank has what stood there."""
    terminal, _, earlier = used(servers)
    answer = hello(terminal, seq=2, head_seq=1, head=b64url_encode(earlier))
    assert answer["standing"] == "known"
    assert forks(servers, terminal) == []


def test_another_chain_is_foreign_once_the_first_was_used(servers: Servers) -> None:
    terminal, customer, _ = used(servers)
    chain, terminal.chain = terminal.chain, new_uid(time.time_ns() // 10**6)
    told = {"seq": 0, "head": b64url_encode(GENESIS)}
    for _ in range(2):
        answer = hello(terminal, **told)
        assert (answer["standing"], answer["known_chain"]) == ("foreign", chain)
    assert forks(servers, terminal) == ["foreign"]
    # What it brings all the same does not make its chain the one that counts.
    starts_nothing(servers, terminal, customer)
    assert hello(terminal)["standing"] == "foreign"


def test_a_chain_on_which_nothing_was_signed_gives_way(servers: Servers) -> None:
    terminal = servers.terminal()
    told = {"seq": 0, "head": b64url_encode(GENESIS)}
    for _ in range(2):
        terminal.chain = new_uid(time.time_ns() // 10**6)
        assert hello(terminal, **told)["standing"] == "known"
    assert forks(servers, terminal) == []


def test_what_a_terminal_told_last_is_kept(servers: Servers) -> None:
    terminal, _, _ = used(servers)
    hello(terminal, pending=3, cassettes={"5000": 17})
    [row] = servers.sql(
        "select chain, standing, told_seq, told_head, pending, cassettes from terminal_hellos"
        " where terminal = %s",
        terminal.name,
    )
    assert (row[0].hex, row[1], row[2]) == (terminal.chain, "known", 2)
    assert (bytes(row[3]), row[4], row[5]) == (terminal.prev, 3, {"5000": 17})


def test_a_chain_begins_at_one_without_a_gap(servers: Servers) -> None:
    terminal, customer, _ = used(servers)
    terminal.sign(terminal.order("credit", 100, target=customer.account))
    terminal.sign(terminal.order("credit", 100, target=customer.account))
    terminal.ask("credit", 100, target=customer.account)
    servers.sql("update chain_gaps set noticed_at = noticed_at - interval '25 h'")
    gaps = "select first_missing, last_missing from ledger_gaps('24 h') where terminal = %s"
    assert servers.sql(gaps, terminal.name) == [(3, 4)]
