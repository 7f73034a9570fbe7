"""Balance, statement, payee, deposit check, hello."""

import asyncio
from types import SimpleNamespace
from typing import Any

import psycopg

from bank.statements.reads import read_statement
from bank.store.pool import Pool
from protocol.encoding import b64url_encode
from protocol.ids import new_uid
from tests.bank.conftest import Customer, Servers, Terminal, problem


def _greeting(terminal: Terminal, *holds: str) -> dict[str, object]:
    return {
        "chain": terminal.chain, "seq": terminal.seq, "head": b64url_encode(terminal.prev),
        "open_holds": list(holds), "pending": 0, "cassettes": {"5000": 100},
    }  # fmt: skip


def _statement(terminal: Terminal, customer: Customer, query: str = "") -> dict[str, object]:
    answer = terminal.call(
        "GET",
        f"/v1/accounts/{customer.account}/statement{query}",
        session=customer.session(terminal),
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_balance_and_what_limits_leave(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    terminal.ask("authorise", 20_000, source=customer.account, session=session)
    path = f"/v1/accounts/{customer.account}/balance"
    answer = terminal.call("GET", path, session=session).json()
    assert (answer["booked_minor"], answer["held_minor"]) == (100_000, 20_000)
    assert answer["available_minor"] == 80_000
    assert answer["withdraw_left_today_minor"] == 80_000
    assert answer["transfer_left_today_minor"] == 500_000
    weak = customer.session(terminal, finger=False)
    answer = terminal.call("GET", path, session=weak, server="B").json()
    assert answer["withdraw_left_today_minor"] == 20_000
    assert answer["transfer_left_today_minor"] == 20_000


def test_reads_need_the_owners_open_session_at_this_terminal(servers: Servers) -> None:
    terminal, other_terminal = servers.terminal(), servers.terminal()
    customer, stranger = servers.customer(), servers.customer()
    session = customer.session(terminal)
    for what in ("balance", "statement"):
        path = f"/v1/accounts/{customer.account}/{what}"
        assert terminal.call("GET", path, session=session).status_code == 200
        theirs = terminal.call("GET", path, session=stranger.session(terminal))
        unknown = terminal.call("GET", f"/v1/accounts/0000000000/{what}", session=session)
        assert problem(theirs) == problem(unknown) == (404, "not_found")
        assert theirs.content == unknown.content
        for wrong in (None, bytes(32)):
            assert problem(terminal.call("GET", path, session=wrong)) == (401, "session_ended")
        stolen = other_terminal.call("GET", path, session=session)
        assert problem(stolen) == (401, "session_ended")
    terminal.call("DELETE", "/v1/session", session=session)
    path = f"/v1/accounts/{customer.account}/balance"
    assert problem(terminal.call("GET", path, session=session)) == (401, "session_ended")


def test_statement_in_pages(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer(0)
    references = [
        terminal.ask("credit", amount, target=customer.account)["reference"]
        for amount in (1_000, 2_000, 3_000, 4_000, 5_000)
    ]
    first = _statement(terminal, customer, "?limit=2")
    assert [row["amount_minor"] for row in first["rows"]] == [5_000, 4_000]
    assert [row["balance_minor"] for row in first["rows"]] == [15_000, 10_000]
    assert [row["reference"] for row in first["rows"]] == references[:-3:-1]
    assert {row["kind"] for row in first["rows"]} == {"deposit"}
    assert {row["counterparty"] for row in first["rows"]} == {terminal.name}
    second = _statement(terminal, customer, f"?limit=3&before={first['next_before']}")
    assert [row["amount_minor"] for row in second["rows"]] == [3_000, 2_000, 1_000]
    assert second["next_before"] is None
    assert _statement(terminal, servers.customer(0))["rows"] == []


def test_a_transfer_is_on_both_statements(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    payee = servers.customer(0, first_name="Bo")
    # The proof is another test's: booked here as the money statement would.
    servers.sql(
        "select ledger_book((select day from business_day), 'transfer', 'rent', null, null,"
        " (select id from accounts where number = %s), (select id from accounts where number = %s),"
        " 1234)",
        customer.account,
        payee.account,
    )
    sent = _statement(terminal, customer)["rows"][0]
    got = _statement(terminal, payee)["rows"][0]
    assert (sent["amount_minor"], got["amount_minor"]) == (-1_234, 1_234)
    assert sent["counterparty"] == f"Bo O. (..{payee.account[-4:]})"
    assert got["counterparty"] == f"Amara O. (..{customer.account[-4:]})"
    assert (sent["text"], got["text"]) == ("rent", "rent")
    opening = _statement(terminal, customer)["rows"][1]
    assert (opening["kind"], opening["amount_minor"]) == ("opening_credit", 100_000)


def test_a_page_asks_for_all_its_names_at_once(servers: Servers, monkeypatch: Any) -> None:
    customer = servers.customer()
    payees = [servers.customer(0, first_name=f"Bo-{n}") for n in range(6)]
    for payee in payees:
        servers.sql(
            "select ledger_book((select day from business_day), 'transfer', '', null, null, a.id,"
            " b.id, 100) from accounts a, accounts b where a.number = %s and b.number = %s",
            customer.account,
            payee.account,
        )
    asked: list[str] = []
    execute = psycopg.AsyncConnection.execute

    async def noting(self: Any, query: Any, *more: Any, **members: Any) -> Any:
        asked.append(str(query))
        return await execute(self, query, *more, **members)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", noting)

    async def go() -> list[str | None]:
        pool = Pool(servers.urls.application)
        await pool.open()
        bank: Any = SimpleNamespace(pool=pool, keys=servers.keys)
        try:
            page = await read_statement(bank, customer.account, customer=customer.id)
        finally:
            await pool.close()
        return [row.counterparty for row in page.rows]

    named = asyncio.run(go())
    assert named[:-1] == [f"Bo-{n} O. (..{payees[n].account[-4:]})" for n in reversed(range(6))]
    # The account, the page, the names: however many people a page is about.
    assert len(asked) == 3, asked


def test_payee_by_number_name_or_phone_shows_part_of_the_name(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    payee = servers.customer(first_name="Chiara")
    second = servers.account(payee.id, 0)
    session = customer.session(terminal)

    def ask(to: str) -> dict[str, object]:
        answer = terminal.call("POST", "/v1/payees", session=session, json={"to": to})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    for to in (payee.account, payee.user_name, payee.phone):
        found = ask(to)
        assert found == {
            "number": payee.account, "display_name": "Chiara O.", "currency": "EUR"
        }  # fmt: skip
    assert ask(second)["number"] == second
    for to in ("0000000000", "nobody.here"):
        answer = terminal.call("POST", "/v1/payees", session=session, json={"to": to})
        assert problem(answer) == (404, "not_found")
    answer = terminal.call("POST", "/v1/payees", json={"to": payee.account})
    assert problem(answer) == (401, "session_ended")


def test_deposit_check(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer(0)
    stranger = servers.customer()
    session = customer.session(terminal)

    def ask(amount: int, **members: str) -> dict[str, object]:
        body = {"account": customer.account, "currency": "EUR", "amount_minor": amount} | members
        answer = terminal.call("POST", "/v1/deposits/check", session=session, json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert ask(500_000) == {"acceptable": True, "reason": None, "max_minor": 500_000}
    assert ask(500_001)["reason"] == "limit_each"
    assert ask(100, currency="CHF")["reason"] == "currency"
    assert ask(100, account=stranger.account)["reason"] == "not_your_account"
    assert ask(100, account="0000000000")["reason"] == "account_unknown"
    terminal.ask("credit", 500_000, target=customer.account)
    terminal.ask("credit", 400_000, target=customer.account)
    assert ask(100_001) == {"acceptable": False, "reason": "limit_terminal", "max_minor": 100_000}


def test_a_denied_terminal_is_not_greeted(servers: Servers) -> None:
    terminal = servers.terminal()
    servers.sql("update terminals set status = 'denied' where id = %s", terminal.name)
    answer = terminal.call("POST", "/v1/hello", json=_greeting(terminal))
    assert (answer.status_code, answer.json()["code"]) == (403, "terminal_denied")


def test_hello_ends_sessions_and_tells_the_chain(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    first = terminal.call("POST", "/v1/hello", json=_greeting(terminal)).json()
    assert (first["known_chain"], first["known_seq"], first["known_head"]) == (None, 0, None)
    session = customer.session(terminal)
    order = terminal.order("authorise", 2_000, source=customer.account, session=session)
    terminal.send(terminal.sign(order))
    told = terminal.call("POST", "/v1/hello", server="B", json=_greeting(terminal, order.uid))
    answer = told.json()
    assert (answer["known_chain"], answer["known_seq"]) == (terminal.chain, 0)
    assert answer["known_head"] == b64url_encode(terminal.prev)
    [hold] = answer["open_holds"]
    assert (hold["uid"], hold["amount_minor"]) == (order.uid, 2_000)
    assert (answer["currency"], answer["step_up_minor"]) == ("EUR", 30_000)
    path = f"/v1/accounts/{customer.account}/balance"
    assert problem(terminal.call("GET", path, session=session)) == (401, "session_ended")


def test_a_hold_the_terminal_does_not_know_becomes_one_case(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    order = terminal.order(
        "authorise", 2_000, source=customer.account, session=customer.session(terminal)
    )
    terminal.send(terminal.sign(order))
    cases = "select kind, amount_minor from cases where terminal = %s"
    terminal.call("POST", "/v1/hello", json=_greeting(terminal, order.uid))
    assert servers.sql(cases, terminal.name) == []
    for _ in range(2):
        terminal.call("POST", "/v1/hello", json=_greeting(terminal, new_uid(1)))
    assert servers.sql(cases, terminal.name) == [("unknown_hold", 2_000)]
    assert servers.balance(customer.account) == (100_000, 2_000)
