"""POST /v1/movements as a terminal sees it: signed, over mutual TLS, at two real servers."""

import concurrent.futures
import signal
import time
from dataclasses import replace

import pytest

from bank.terminals.registry import add_certificate
from protocol.encoding import b64url_encode
from protocol.ids import new_uid, reversal_uid
from protocol.messages.money import Outcome
from protocol.orders import order_bytes
from protocol.references import reference
from tests.bank.conftest import Servers, Terminal, problem

BAD_PROOF = {"token": b64url_encode(bytes(110)), "proof": b64url_encode(bytes(64))}


def test_a_withdrawal_from_hold_to_posting(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    order = terminal.order("authorise", 20_000, source=customer.account, session=session)
    answer = terminal.send(terminal.sign(order))
    assert (answer.status_code, answer.headers["Server-Name"]) == (200, "A")
    held = Outcome.model_validate_json(answer.content)
    assert (held.outcome, held.reference) == ("held", reference(order.uid))
    assert servers.balance(customer.account) == (100_000, 20_000)
    posted = terminal.ask("confirm", 15_000, original=order.uid, notes={"5000": 3})
    assert (posted["outcome"], posted["reference"]) == ("posted", held.reference)
    assert servers.balance(customer.account) == (85_000, 0)


def test_replays_are_byte_equal_at_both_servers(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer(10_000)
    session = customer.session(terminal)
    for amount in (5_000, 20_000):
        jws = terminal.sign(
            terminal.order("authorise", amount, source=customer.account, session=session)
        )
        first = terminal.send(jws)
        assert first.status_code == 200
        # Neither the session's end nor a bad proof beside it changes what was decided.
        terminal.call("DELETE", "/v1/session", session=session)
        for server in ("A", "B", "B"):
            assert terminal.send(jws, server=server).content == first.content
            assert terminal.send(jws, server=server, pin=BAD_PROOF).content == first.content
        session = customer.session(terminal)


def test_another_body_under_a_uid_is_422(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    order = terminal.order(
        "authorise", 2_000, source=customer.account, session=customer.session(terminal)
    )
    assert terminal.send(terminal.sign(order)).status_code == 200
    # ES256 is randomised: the same order signed anew is another body too.
    for other in (order, order.model_copy(update={"amount_minor": 3_000})):
        assert problem(terminal.send(terminal.sign(other))) == (422, "other_body")


def test_a_reversal_signed_anew_is_the_same_reversal(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    order = terminal.order(
        "authorise", 2_000, source=customer.account, session=customer.session(terminal)
    )
    jws = terminal.sign(order)
    terminal.send(jws)
    reversal = terminal.order(
        "reversal", 2_000, uid=reversal_uid(terminal.name, order.uid), original=order.uid
    )
    first = terminal.send(terminal.sign(reversal, jws))
    assert first.json()["outcome"] == "voided"
    assert terminal.send(terminal.sign(reversal, jws), server="B").content == first.content
    other = reversal.model_copy(update={"amount_minor": 1})
    assert problem(terminal.send(terminal.sign(other))) == (422, "other_body")


def test_the_late_original_of_a_reversal_is_refused(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    order = terminal.order("authorise", 2_000, source=customer.account, session=session)
    jws = terminal.sign(order)
    reversal = terminal.sign(terminal.order("reversal", 2_000, original=order.uid), jws)
    assert terminal.send(reversal).json()["outcome"] == "tombstoned"
    late = terminal.send(jws).json()
    assert (late["outcome"], late["reason"]) == ("refused", "tombstoned")
    rows = "select seq from chain_links where terminal = %s order by seq"
    assert servers.sql(rows, terminal.name) == [(0,), (1,)]
    assert servers.balance(customer.account) == (100_000, 0)


def test_a_reversal_stands_whatever_original_it_carries(servers: Servers) -> None:
    terminal, stranger = servers.terminal(), servers.terminal()
    forged = stranger.sign(stranger.order("case", 1, original=new_uid(1)))
    original = new_uid(time.time_ns() // 10**6)
    reversal = terminal.sign(terminal.order("reversal", 2_000, original=original), forged)
    assert terminal.send(reversal).json()["outcome"] == "tombstoned"


def test_refusals_are_stored_decisions(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    other = servers.customer()
    session = customer.session(terminal)
    ask = {"source": customer.account, "session": session}
    reasons = {
        terminal.ask("authorise", 31_000, **ask)["reason"]: "pin_required",
        terminal.ask("authorise", 2_000, source=other.account, session=session)[
            "reason"
        ]: "not_your_account",
        terminal.ask("authorise", 2_000, source=customer.account, session=bytes(32))[
            "reason"
        ]: "session_ended",
        terminal.ask("transfer", 2_000, target=other.account, text="rent", **ask)[
            "reason"
        ]: "pin_required",
    }
    assert all(reason == expected for reason, expected in reasons.items())
    assert len(reasons) == 3
    order = terminal.order("transfer", 2_000, target=other.account, text="rent", **ask)
    refused = terminal.send(terminal.sign(order), pin=BAD_PROOF).json()
    assert (refused["outcome"], refused["reason"]) == ("refused", "pin_refused")
    stored = "select count(*) from requests where terminal = %s and outcome = 'refused'"
    assert servers.sql(stored, terminal.name) == [(5,)]


def test_settle_of_a_lost_transfer(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    other = servers.customer()
    order = terminal.order(
        "transfer", 2_000, source=customer.account, target=other.account, text="rent",
        session=customer.session(terminal),
    )  # fmt: skip
    jws = terminal.sign(order)
    settled = terminal.ask("settle", 2_000, original=order.uid)
    assert (settled["outcome"], settled["original_outcome"]) == ("tombstoned", "tombstoned")
    assert terminal.send(jws).json()["reason"] == "tombstoned"


@pytest.mark.parametrize("amount", [0, -1, 0.1, 1e30, "NaN", 2**63, 10**12 + 1, "100", True, None])
def test_no_sum_of_money_is_a_bad_request(servers: Servers, amount: object) -> None:
    terminal = servers.terminal()
    text = order_bytes(terminal.order("credit", 777, target="1234567890")).decode()
    written = {"NaN": "NaN", "100": '"100"', True: "true", None: "null"}.get(amount, str(amount))
    jws = terminal.sign(text.replace("777", written).encode())
    assert problem(terminal.send(jws)) == (400, "bad_request")
    assert servers.sql("select 1 from requests where terminal = %s", terminal.name) == []


def test_what_a_kind_needs_must_be_there(servers: Servers) -> None:
    terminal = servers.terminal()
    for order in (
        terminal.order("authorise", 100, source="1234567890"),
        terminal.order("transfer", 100, source="1234567890", session=bytes(32)),
        terminal.order("credit", 100),
        terminal.order("confirm", 100),
        terminal.order("settle", 100),
        terminal.order("confirm", 100, uid="0" * 32, original="0" * 32),
    ):
        assert problem(terminal.send(terminal.sign(order))) == (400, "bad_request")


def test_only_the_terminals_own_signature_counts(servers: Servers) -> None:
    terminal, stranger = servers.terminal(), servers.terminal()
    order = terminal.order("case", 100, original=new_uid(1))
    assert problem(terminal.send(stranger.sign(order))) == (403, "forbidden")
    assert problem(
        terminal.send(stranger.sign(stranger.order("case", 1, original=new_uid(1))))
    ) == (
        403,
        "forbidden",
    )
    good = terminal.sign(order)
    header, payload, signature = good.decode().split(".")
    changed = f"{header}.{payload}.{'A' * len(signature)}".encode()
    assert problem(terminal.send(changed)) == (403, "forbidden")
    assert problem(terminal.send(b"no jws")) == (400, "bad_request")


def test_a_denied_terminal_starts_nothing_but_its_advices_come_in(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    ask = {"source": customer.account, "session": customer.session(terminal)}
    before = terminal.sign(terminal.order("authorise", 2_000, **ask))
    first = terminal.send(before)
    assert first.json()["outcome"] == "held"
    servers.sql("update terminals set status = 'denied' where id = %s", terminal.name)
    time.sleep(2.1)  # the registry's cache
    late = terminal.sign(terminal.order("authorise", 2_000, **ask))
    assert problem(terminal.send(late)) == (403, "terminal_denied")
    assert terminal.send(before).content == first.content
    assert terminal.ask("confirm", 2_000, original=first.json()["uid"])["outcome"] == "posted"


def test_advices_verify_against_an_older_certificate(servers: Servers) -> None:
    terminal = servers.terminal()
    customer = servers.customer(0)
    old = replace(terminal)
    renewed_folder = servers.identity(f"{terminal.name}-new")
    add_certificate(servers.owner, terminal=terminal.name, der=renewed_folder.leaf_der)
    # The connection is made with the new certificate, the journal was signed under the old one.
    now = Terminal(servers, terminal.name, renewed_folder)
    jws = old.sign(old.order("credit", 5_000, target=customer.account))
    assert now.send(jws).json()["outcome"] == "posted"


def test_the_same_order_at_both_servers_at_once(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = terminal.sign(
        terminal.order(
            "authorise", 2_000, source=customer.account, session=customer.session(terminal)
        )
    )
    lines = [replace(terminal) for _ in range(8)]

    def until_known(n: int) -> bytes:
        while True:
            answer = lines[n].send(jws, server="AB"[n % 2])
            if answer.status_code == 200:
                return answer.content
            assert problem(answer) == (409, "in_progress")
            time.sleep(0.05)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(until_known, range(8)))
    assert len(answers) == 1
    assert servers.balance(customer.account) == (100_000, 2_000)


def test_a_server_killed_after_committing_is_answered_for_by_the_other(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = terminal.sign(
        terminal.order(
            "authorise", 2_000, source=customer.account, session=customer.session(terminal)
        )
    )
    first = terminal.send(jws)
    servers.stop("A", signal.SIGKILL)
    try:
        again = terminal.send(jws, server="B")
        assert again.content == first.content
        assert again.headers["Server-Name"] == "B"
    finally:
        servers.start("A")
    assert servers.balance(customer.account) == (100_000, 2_000)


def test_a_server_frozen_while_it_works_leaves_no_lock_behind(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    process = servers.processes["A"]
    jws = terminal.sign(
        terminal.order("authorise", 2_000, source=customer.account, session=session)
    )
    line = replace(terminal)
    line.call("GET", "/healthz")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        process.send_signal(signal.SIGSTOP)
        try:
            frozen = pool.submit(line.send, jws)
            time.sleep(0.2)
            other = terminal.send(jws, server="B")
            assert other.json()["outcome"] == "held"
        finally:
            process.send_signal(signal.SIGCONT)
        assert frozen.result(20).content == other.content
    assert servers.balance(customer.account) == (100_000, 2_000)
