"""What operators see: metrics, JSON logs, one request id from terminal to SQL, nothing personal."""

import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from protocol.encoding import b64url_encode
from tests.bank.conftest import Servers

REQUEST_ID = "test-request-0001"
POOL = 12
"""Connections of a server beside the ledger's (`bank.store.pool`)."""
SHORTER_THAN_A_STATEMENT_S = 2.0
"""Its deadline is 4 s; what is past it has its connection shut."""


def log_lines(servers: Servers, name: str = "A") -> list[dict[str, Any]]:
    return [json.loads(line) for line in servers.log(name).splitlines()]


def metrics(servers: Servers, name: str = "A") -> dict[str, float]:
    port = [line["metrics_port"] for line in log_lines(servers, name) if "metrics_port" in line][-1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_movements_replays_and_batches_are_counted(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer(money_minor=5_000)
    held = 'bank_movements_total{kind="authorise",outcome="held"}'
    refused = 'bank_movements_total{kind="authorise",outcome="refused"}'
    before = metrics(servers)
    ask = {"source": customer.account, "session": customer.session(terminal)}
    jws = terminal.sign(terminal.order("authorise", 2_000, **ask))
    assert terminal.send(jws).json()["outcome"] == "held"
    assert terminal.send(jws).json()["outcome"] == "held"
    assert terminal.ask("authorise", 20_000, **ask)["reason"] == "insufficient_funds"
    after = metrics(servers)
    assert after[held] - before.get(held, 0) == 1
    assert after[refused] - before.get(refused, 0) == 1
    assert after["bank_replays_total"] - before["bank_replays_total"] == 1
    assert after["bank_batch_items_count"] - before["bank_batch_items_count"] >= 3
    path = 'bank_request_seconds_count{path="/v1/movements",status="2xx"}'
    assert after[path] - before.get(path, 0) == 3
    assert after["bank_sealer_lag_seconds"] >= 0
    assert "bank_open_cases" in after


def test_one_request_id_goes_from_the_header_to_log_and_sql(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = terminal.sign(
        terminal.order(
            "authorise", 2_000, source=customer.account, session=customer.session(terminal)
        )
    )
    answers = []

    def send() -> None:
        answers.append(
            terminal.call(
                "POST", "/v1/movements", json={"jws": jws.decode()},
                headers={"X-Request-Id": REQUEST_ID},
            )
        )  # fmt: skip

    seen: list[tuple[str]] = []
    looking = (
        "select query from pg_stat_activity where query like %s and query like '%%ledger_decide%%'"
        " and pid <> pg_backend_pid()"
    )
    with (
        psycopg.connect(servers.urls.owner) as holder,
        psycopg.connect(servers.urls.application, autocommit=True) as looker,
    ):
        # Its statement waits for this row, so that it can be looked at.
        holder.execute("select 1 from accounts where number = %s for update", [customer.account])
        sender = threading.Thread(target=send)
        sender.start()
        deadline = time.monotonic() + 3
        like = f"%{REQUEST_ID}%"
        while not seen and time.monotonic() < deadline:
            seen = looker.execute(looking, [like]).fetchall()
            time.sleep(0.02)
    sender.join()
    assert "ledger_decide" in seen[0][0]
    assert answers[0].headers["X-Request-Id"] == REQUEST_ID
    # Written once the answer is on its way.
    lines: list[dict[str, Any]] = []
    while not lines and time.monotonic() < deadline + 30:
        lines = [line for line in log_lines(servers) if line.get("request") == REQUEST_ID]
    assert [(line["event"], line["path"]) for line in lines] == [("answered", "/v1/movements")]
    assert lines[0]["status"] == answers[0].status_code
    # What may not stand in a log or a comment is not taken.
    strange = terminal.call("GET", "/healthz", headers={"X-Request-Id": "a */ b"})
    assert strange.headers["X-Request-Id"] != "a */ b"


def test_no_log_line_holds_anything_personal(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer(first_name="Philippa")
    other = servers.customer()
    session = customer.session(terminal)
    proof = {"token": "A" * 147, "proof": "A" * 86}
    order = terminal.order(
        "transfer", 1_234, source=customer.account, target=other.account, text="rent for may",
        session=session,
    )  # fmt: skip
    jws = terminal.sign(order)
    for server in ("A", "B"):
        assert terminal.send(jws, server=server, pin=proof).status_code == 200
        number = customer.account
        for path in (f"/v1/accounts/{number}/balance", f"/v1/accounts/{number}/statement"):
            assert terminal.call("GET", path, server=server, session=session).status_code == 200
        for to in (other.user_name, other.phone, other.account, "nobody-at-all"):
            terminal.call("POST", "/v1/payees", server=server, session=session, json={"to": to})
        terminal.call("POST", "/v1/lookup", server=server, json={"number": customer.phone})
        terminal.call("POST", "/v1/identify", server=server, json={"template": "QUJD" * 40})
        terminal.call("GET", f"/v1/staff/customers?q={customer.user_name}", server=server)
        secret = [
            customer.account, other.account, customer.user_name, other.user_name, customer.phone,
            customer.phone[3:], str(customer.id), customer.id.hex, "Philippa", "Okafor", "rent for",
            "nobody-at-all", b64url_encode(session), jws.decode().split(".")[1], "A" * 20,
            "QUJDQUJD", "1234", "12.34",
        ]  # fmt: skip
        log = servers.log(server)
        said = "\n".join(
            json.dumps(_without_numbers_of_ours(line)) for line in log_lines(servers, server)
        )
        assert log
        assert [one for one in secret if one in said] == []


def _without_numbers_of_ours(line: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in line.items()
        if name not in {"at", "ms", "request", "metrics_port", "enrol_port"}
    }


def test_a_server_whose_connections_are_all_at_work_is_ready(servers: Servers) -> None:
    """Who takes it out of service then makes the other one's load worse."""
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    path = f"/v1/accounts/{customer.account}/balance"
    assert terminal.call("GET", path, session=session).status_code == 200
    terminals = [servers.terminal() for _ in range(2)]
    sessions = [customer.session(each) for each in terminals]
    reasons = None
    with ThreadPoolExecutor(24) as many:
        while reasons is None:  # a slow machine makes its connections in more than one round
            with servers.owner.transaction():
                servers.sql("lock table accounts in access exclusive mode")
                until_s = time.monotonic() + SHORTER_THAN_A_STATEMENT_S
                asked = [
                    many.submit(each.call, "GET", path, session=own)
                    for each, own in zip(terminals, sessions, strict=True)
                    for _ in range(12)
                ]
                while waiting(servers) < POOL and time.monotonic() < until_s:
                    time.sleep(0.02)
                if waiting(servers) >= POOL:
                    reasons = terminal.call("GET", "/readyz").json()["reasons"]
            answered = {each.result().status_code for each in asked}
            assert answered <= {200, 503}
    assert reasons == []
    assert 200 in answered


def waiting(servers: Servers) -> int:
    """How many of the bank's statements wait for a lock."""
    [(count,)] = servers.sql(
        "select count(*) from pg_locks where not granted and relation = 'accounts'::regclass"
    )
    return int(count)
